/** The frame around the thread: launcher, header with who is there, menu, "talk to a person". */
import { h, icon } from "./elements.js";

/** On a phone, and zoomed in as far as to be one, the chat takes the whole screen and the page behind it rests. */
const SMALL = matchMedia("(max-width: 480px), (max-height: 420px)");

/** @typedef {"open" | "hide" | "login" | "person" | "download" | "end" | "restart"} Wish what the customer may press */

export class Panel {
  /**
   * @param {object} options
   * @param {import("./strings.js").Strings} options.strings
   * @param {import("./thread.js").Thread} options.thread
   * @param {import("./composer.js").Composer} options.composer
   * @param {boolean} options.inline part of the page rather than floating over it
   * @param {string} options.privacyUrl
   * @param {string} options.loginUrl
   * @param {Record<Wish, () => void>} options.on
   */
  constructor({ strings, thread, composer, inline, privacyUrl, loginUrl, on }) {
    const t = (this.t = strings.t.bind(strings));
    Object.assign(this, { composer, inline, on });
    const press = (props, onclick, ...inside) => h("button", { type: "button", onclick, ...props }, ...inside);
    const leave = (words, href, onclick) =>
      href ? h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick }, t(words), h("span", { class: "unseen" }, ` (${t("new_tab")})`)) : null;

    this.badge = h("span", { class: "badge", hidden: true });
    this.launcher = press({ class: "launcher", "aria-haspopup": "dialog" }, on.open, icon("chat"), h("span", { class: "words" }, t("open")), this.badge);
    this.menu = h("div", { class: "menu", id: "menu", hidden: true }, press({}, on.download, t("download")), leave("privacy", privacyUrl), press({}, on.end, t("end")));
    this.menuButton = press({ class: "quiet", "aria-label": t("more"), "aria-expanded": "false", "aria-controls": "menu" }, () => this.#menu(this.menu.hidden), icon("more"));
    this.state = h("p", { class: "state" });
    const header = h(
      "header",
      {},
      h("span", { class: "mark" }, icon("chat")),
      h("div", { class: "names" }, h("h2", { id: "title" }, t("title")), this.state),
      this.menuButton,
      inline ? null : press({ class: "quiet", "aria-label": t("minimise") }, on.hide, icon("minimise")),
      this.menu,
    );
    this.banner = h("p", { class: "banner", hidden: true });
    this.login = leave("login", loginUrl, on.login);
    thread.scroller.prepend(h("div", { class: "welcome" }, h("p", {}, t("notice")), this.login, leave("privacy", privacyUrl)));
    this.person = press({ class: "person" }, () => this.person.ariaDisabled !== "true" && on.person());
    this.over = h("div", { class: "over", hidden: true }, h("p", {}, t("session_ended")), press({ class: "button" }, on.restart, t("reload")));
    this.foot = h("footer", {}, thread.more, this.person, composer.node);
    this.status = h("p", { class: "unseen", role: "status" });
    this.outside = h("p", { class: "unseen", role: "status" });
    this.frame = h(inline ? "section" : "dialog", { class: "panel", "aria-labelledby": "title" }, header, this.banner, thread.scroller, this.over, this.foot, this.status);
    this.node = h("div", { class: "root", dir: strings.direction, lang: strings.locale }, inline ? null : this.launcher, this.frame, this.outside);
    this.frame.addEventListener("keydown", (event) => this.#key(event));
    this.frame.addEventListener("click", (event) => !this.menuButton.contains(event.target) && this.#menu(false));
    this.setUnread(0);
  }

  get isOpen() {
    return this.inline || this.frame.open;
  }

  show() {
    if (this.isOpen) return;
    if (SMALL.matches) this.frame.showModal();
    else this.frame.show();
    this.launcher.hidden = true;
    this.composer.focus();
  }

  hide() {
    if (!this.isOpen || this.inline) return;
    this.frame.close();
    this.launcher.hidden = false;
    this.launcher.focus();
  }

  /** @param {AbortSignal} signal */
  watchSize(signal) {
    if (this.inline) return;
    const turned = () => {
      if (!this.isOpen) return;
      this.frame.close();
      this.show();
    };
    SMALL.addEventListener("change", turned, { signal });
    // A phone's keyboard covers half of a full-screen panel unless we make room for it.
    const shrunk = () => this.frame.style.setProperty("--_seen", `${visualViewport.height}px`);
    globalThis.visualViewport?.addEventListener("resize", shrunk, { signal });
  }

  /**
   * @param {string} holder
   * @param {string} agent
   * @param {number} level of assurance
   */
  setHolder(holder, agent, level) {
    const person = { waiting_for_agent: "waiting", with_agent: agent ? "with_agent" : "with_person" }[holder];
    const words = this.t(person ?? "assistant", { agent });
    if (this.state.textContent && this.state.textContent !== words) this.say(words);
    this.node.dataset.holder = holder;
    if (this.state.textContent !== words) {
      this.state.textContent = words;
      this.setPerson();
    }
    if (this.login) this.login.hidden = level > 0;
  }

  /**
   * The button never goes away; while a request is on its way or met it says so instead of asking twice.
   * @param {string} [request] its state
   */
  setPerson(request) {
    const settled = ["waiting_for_agent", "with_agent"].includes(this.node.dataset.holder);
    const coming = this.node.dataset.holder === "waiting_for_agent";
    const words = settled ? this.t(coming ? "waiting" : "with_person") : { sending: this.t("person_asked"), unsent: `${this.t("unsent")}. ${this.t("retry")}` }[request];
    this.person.replaceChildren(icon(settled ? "check" : "person"), h("span", {}, words ?? this.t("person")));
    this.person.ariaDisabled = String(settled || request === "sending");
  }

  /** @param {"connecting" | "live" | "offline" | "ended"} state */
  setLine(state) {
    this.node.dataset.line = state;
    const over = state === "ended";
    this.banner.hidden = over || state === "live";
    this.banner.textContent = this.banner.hidden ? "" : this.t(state);
    const inside = this.frame.contains(/** @type {ShadowRoot} */ (this.node.getRootNode()).activeElement);
    this.over.hidden = !over;
    this.foot.hidden = over;
    if (over && inside) this.over.lastElementChild.focus();
    this.menuButton.hidden = over;
    if (over) this.composer.clear();
    if (over || state === "offline") this.say(this.t(over ? "session_ended" : state));
  }

  /** @param {number} count */
  setUnread(count) {
    this.badge.hidden = count === 0;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    const news = count ? this.t("new_messages", { count }) : "";
    this.launcher.ariaLabel = this.t("open") + (news && ` (${news})`);
    this.outside.textContent = news; // heard while the panel, and the log in it, is hidden
  }

  /**
   * To screen readers; with `shown` to everybody.
   * @param {string} words
   */
  say(words, shown = false) {
    this.status.textContent = words;
    if (!shown) return;
    this.banner.textContent = words;
    this.banner.hidden = false;
    setTimeout(() => (this.banner.hidden = this.node.dataset.line === "live"), 6_000);
  }

  #key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (this.menu.hidden) this.on.hide();
    else {
      this.#menu(false);
      this.menuButton.focus();
    }
  }

  /** @param {boolean} open */
  #menu(open) {
    this.menu.hidden = !open;
    this.menuButton.ariaExpanded = String(open);
  }
}
