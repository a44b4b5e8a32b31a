/** One chat from its first word to its end: what the customer does goes to the server, what comes back to the screen. */
import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { ApiError, Session } from "./session.js";

const LOGIN_CHECK_MS = 3_000;

export class Chat {
  #holder = "with_bot";
  #agent = "";
  #unread = 0;
  #loginAwaited = false;
  #loginCheckedAt = 0;

  /**
   * @param {object} options
   * @param {{ server: string, tokenUrl: string, locale: string }} options.access
   * @param {import("./panel.js").Panel} options.panel
   * @param {import("./thread.js").Thread} options.thread
   * @param {import("./strings.js").Strings} options.strings
   */
  constructor({ access, panel, thread, strings }) {
    Object.assign(this, { panel, thread, strings });
    this.session = new Session(access);
    this.outbox = new Outbox((item) => this.#progress(item));
    this.connection = new Connection(this.session, this.outbox, {
      message: (message, past) => this.#hear(message, past),
      holder: (holder, agent) => this.#meet(holder, agent),
      state: (state) => panel.setLine(state),
      fresh: () => thread.clear(),
    });
    thread.clear();
    this.#meet("with_bot", "");
    this.connection.start();
  }

  /**
   * @param {"text" | "choice" | "person"} kind
   * @param {string} text
   * @param {string} [choice]
   */
  say(kind, text, choice) {
    this.outbox.add(kind, text, choice);
    this.connection.nudge();
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.outbox.retry(clientId);
    this.connection.nudge();
  }

  /** A thumb on an answer. Nothing depends on it, so nothing is tried twice. @param {string} turn @param {boolean} good */
  async thumb(turn, good) {
    try {
      await this.session.call("PUT", `/v1/conversations/${this.session.conversationId}/turns/${turn}/thumb`, { good });
      this.panel.say(this.strings.t("thumb_thanks"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The customer has followed the login link: look for the proof when they come back. */
  awaitLogin() {
    this.#loginAwaited = true;
  }

  /** The customer is looking at this page again; they may have logged in meanwhile. */
  async back() {
    this.connection.nudge();
    const due = this.#loginAwaited || (this.session.isOpen && this.session.level === 0);
    if (document.hidden || !due || !this.session.tokenUrl || Date.now() - this.#loginCheckedAt < LOGIN_CHECK_MS) return;
    this.#loginCheckedAt = Date.now();
    if (!(await this.connection.login())) return;
    this.#loginAwaited = false;
    this.#meet(this.#holder, this.#agent);
  }

  seen() {
    this.#unread = 0;
    this.panel.setUnread(0);
  }

  async download() {
    try {
      const href = URL.createObjectURL(await this.session.transcript());
      const link = document.createElement("a");
      Object.assign(link, { href, download: `${this.strings.t("title")} ${new Date().toISOString().slice(0, 10)}.txt` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.panel.say(this.strings.t("download_failed"), true);
    }
  }

  stop() {
    this.connection.stop();
    this.outbox.clear();
  }

  /** Nothing of it stays: not the token, not the words on the screen. */
  async end() {
    this.stop();
    this.thread.clear();
    this.panel.setLine("ended");
    await this.session.end();
  }

  #hear(message, past) {
    if (message.author.kind === "agent") this.#agent = message.author.name;
    this.thread.show(message, past);
    this.#meet(this.#holder, this.#agent);
    if (past || this.panel.isOpen || message.author.kind === "customer") return;
    this.panel.setUnread((this.#unread += 1));
  }

  #meet(holder, agent) {
    this.#holder = holder;
    // A socket that comes back does not repeat the name; somebody new has their own.
    this.#agent = agent || (holder === "waiting_for_agent" ? "" : this.#agent);
    this.panel.setHolder(holder, this.#agent, this.session.level);
  }

  /** @param {import("./outbox.js").Item} item */
  #progress(item) {
    if (item.kind === "person") this.panel.setPerson(item.state);
    else this.thread.showOwn(item);
    if (item.state === "delivered" && this.#holder === "with_bot") this.thread.await(item.turnId);
    if (item.state === "unsent") this.panel.say(this.strings.t("unsent"));
  }
}
