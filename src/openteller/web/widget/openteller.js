/**
 * `<open-teller>`: customer service on a bank's page. How to embed it: docs/how-to/embed-the-widget.md. What the page
 * puts between the tags (a telephone number, say) is shown until the chat is ready, and for good where it cannot be.
 */
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { h } from "./elements.js";
import { Panel } from "./panel.js";
import { Strings } from "./strings.js";
import { Thread } from "./thread.js";

export class OpenTeller extends HTMLElement {
  static observedAttributes = ["open"];
  #life = new AbortController();
  /** @type {Panel | undefined} */
  #panel;
  /** @type {Chat | undefined} */
  #chat;
  /** @type {Thread | undefined} */
  #thread;
  #begin = () => {};

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(h("slot"));
  }

  connectedCallback() {
    this.#life = new AbortController();
    this.#build(this.#life.signal);
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#chat?.stop();
    this.#chat = this.#panel = undefined;
    this.shadowRoot.replaceChildren(h("slot"));
  }

  attributeChangedCallback() {
    if (this.hasAttribute("open")) this.#show();
    else this.#panel?.hide();
  }

  open() {
    this.setAttribute("open", "");
  }

  close() {
    this.removeAttribute("open");
  }

  /** For the page's own log-out: the session is dead and the thread is gone from the screen. */
  async logout() {
    this.close();
    const chat = this.#chat;
    this.#chat = undefined;
    await chat?.end();
  }

  /** @param {AbortSignal} signal */
  async #build(signal) {
    const server = (this.getAttribute("server") || new URL(import.meta.url).origin).replace(/\/$/, "");
    const locale = this.getAttribute("locale") || document.documentElement.lang || navigator.language;
    const styled = ["openteller.css", "panel.css", "thread.css"].map((sheet) => {
      const link = h("link", { rel: "stylesheet", href: new URL(sheet, import.meta.url).href });
      this.shadowRoot.append(link);
      return new Promise((resolve) => link.addEventListener("load", resolve, { once: true }));
    });
    let strings;
    for (let wait = 1_000; !strings; wait = Math.min(wait * 2, 60_000)) {
      strings = await Strings.load(server, locale).catch(() => new Promise((resolve) => setTimeout(resolve, wait)));
      if (signal.aborted) return;
    }
    await Promise.all(styled);
    if (!signal.aborted) this.#assemble(server, strings, signal);
  }

  /**
   * @param {string} server
   * @param {Strings} strings
   * @param {AbortSignal} signal
   */
  #assemble(server, strings, signal) {
    const given = (name) => this.getAttribute(name) ?? "";
    const inline = given("mode") === "panel";
    const onLogin = () => this.#chat?.awaitLogin();
    const thread = (this.#thread = new Thread({
      strings,
      server,
      loginUrl: given("login-url"),
      onLogin,
      picture: (place) => this.#chat?.session.picture(place) ?? Promise.reject(),
      onChoose: (option) => this.#chat?.say("choice", option.label, option.id),
      onRetry: (clientId) => this.#chat?.retry(clientId),
      onThumb: (turn, good) => this.#chat?.thumb(turn, good),
    }));
    const composer = new Composer(strings, (text) => this.#chat?.say("text", text));
    const panel = new Panel({
      strings,
      thread,
      composer,
      inline,
      loginUrl: given("login-url"),
      privacyUrl: given("privacy-url"),
      on: {
        open: () => this.open(),
        hide: () => this.close(),
        login: onLogin,
        person: () => this.#chat?.say("person", ""),
        download: () => this.#chat?.download(),
        end: () => this.#chat?.end(),
        restart: () => this.#begin(),
      },
    });
    const access = { server, tokenUrl: given("token-url"), locale: strings.locale };
    this.#begin = () => {
      this.#chat?.stop();
      this.#chat = new Chat({ access, panel, thread, strings });
      if (panel.isOpen && !inline) composer.focus();
    };
    this.#panel = panel;
    this.shadowRoot.querySelector("slot").replaceWith(panel.node);
    panel.watchSize(signal);
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#chat?.connection.nudge(), { signal });
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, () => this.#chat?.back(), { signal });
    // Back to a page the browser kept, perhaps after logging out: nothing of the old session may be on it (DP-14).
    addEventListener("pageshow", (event) => event.persisted && this.logout(), { signal });
    if (inline || this.hasAttribute("open")) this.#show();
  }

  #show() {
    if (!this.#panel) return;
    this.#panel.show();
    this.#thread.toEnd();
    // Not before: looking at a page opens no session.
    if (!this.#chat) this.#begin();
    this.#chat?.seen();
  }
}

customElements.define("open-teller", OpenTeller);
