// Live updates: the server says "look again", the page fetches itself and replaces what is live. Focus and drafts stay.
const topic = document.body.dataset.topic;
const live = document.getElementById("live");
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short" });

/** Times stand in the page as UTC; here is the agent's own clock. */
function ownClock(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = (at.toDateString() === today ? "" : `${calendar.format(at)}, `) + clock.format(at);
  }
}

/** What scrolls the thread: itself on a wide screen, the page on a phone. */
const scroller = () => (live.scrollHeight > live.clientHeight ? live : document.scrollingElement);
const atEnd = ({ scrollHeight, scrollTop, clientHeight } = scroller()) => scrollHeight - scrollTop - clientHeight < 80;

function toEnd() {
  if (live.getAttribute("role") === "log") scroller().scrollTop = scroller().scrollHeight;
}

// The news of what this page itself does must not overtake the answer to it: the form leads on by itself.
let leaving = false;
addEventListener("submit", () => (leaving = true));

async function look() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response) return; // the line is down: the next news, or the next try, will do
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const news = fresh.getElementById("live");
  if (leaving) return;
  if (!news) return location.assign(response.redirected ? response.url : location.pathname);
  ownClock(fresh);
  const aside = document.querySelector("aside");
  const open = aside?.querySelector("details").open;
  if (aside) {
    aside.replaceChildren(...fresh.querySelector("aside").childNodes);
    aside.querySelector("details").open = open;
  }
  if (news.innerHTML === live.innerHTML) return;
  const follow = atEnd(); // somebody who reads above is not moved
  const focused = document.activeElement?.closest("#live a")?.getAttribute("href");
  live.replaceChildren(...news.childNodes);
  if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  if (follow) toEnd();
}

ownClock(document);
if (topic && live) {
  const listen = () => {
    const events = new EventSource(`/desk/events?topic=${encodeURIComponent(topic)}`);
    events.addEventListener("news", look);
    events.addEventListener("gone", look);
    // A browser gives up for good when something else than news answers: the login, or a proxy without its server.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) setTimeout(() => look().then(listen), 3000);
    });
  };
  listen();
  if (topic === "desk") setInterval(look, 30000);
  toEnd();
}

const field = document.querySelector(".composer textarea");
field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit();
});
