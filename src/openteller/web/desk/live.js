// Live updates: the server says "look again", the page fetches itself and replaces what is live. Focus and drafts stay.
const topic = document.body.dataset.topic;
const live = document.getElementById("live");

async function look() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!response.ok) return location.assign("/desk/login");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("live");
  if (fresh && fresh.innerHTML !== live.innerHTML) {
    const focused = document.activeElement?.closest("#live a")?.getAttribute("href");
    live.replaceChildren(...fresh.childNodes);
    if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    scroll();
  }
}

function scroll() {
  if (live.getAttribute("role") === "log") live.lastElementChild?.lastElementChild?.scrollIntoView({ block: "nearest" });
}

if (topic && live) {
  const events = new EventSource(`/desk/events?topic=${encodeURIComponent(topic)}`);
  events.addEventListener("news", look);
  events.addEventListener("gone", () => location.assign("/desk/login"));
  if (topic === "desk") setInterval(look, 30000);
  scroll();
}

document.querySelector(".composer textarea")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
