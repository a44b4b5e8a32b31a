/** The conversation on screen: messages in `seq` order, the customer's unconfirmed words last. */
import { h, icon } from "./elements.js";
import { drawPart } from "./parts.js";
import { Thumbs } from "./thumbs.js";

const NEAR_END_PX = 80;
const TYPING_AFTER_MS = 400;
const TYPING_UNTIL_MS = 30_000;

export class Thread {
  /** @type {Map<string, HTMLElement>} own bubbles by client_id, until the server's copy takes their place */
  #own = new Map();
  /** @type {Map<string, HTMLElement>} messages of the customer by turn_id */
  #heard = new Map();
  #answered = new Set();
  /** @type {import("./parts.js").OpenChoice[]} */
  #choices = [];
  #typingTimer = 0;
  #day = new Date().toDateString();

  /** @param {any} context what `drawPart` needs, `onRetry(clientId)` and `onThumb(turn, good)` */
  constructor(context) {
    const { t } = (this.strings = context.strings);
    this.context = context;
    this.t = t.bind(this.strings);
    this.thumbs = new Thumbs(this.strings, context.onThumb);
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": this.t("log_label") });
    this.dots = h("div", { class: "typing", hidden: true }, h("span", { class: "unseen" }, this.t("typing")), h("i"), h("i"), h("i"));
    this.more = h("button", { type: "button", class: "more-below", hidden: true, onclick: () => this.toEnd() }, icon("down"));
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": this.t("log_label") }, this.log, this.dots, this.thumbs.node);
    this.scroller.addEventListener("scroll", () => this.#nearEnd() && (this.more.hidden = true));
    this.unseen = 0;
  }

  /**
   * @param {any} message
   * @param {boolean} past history: shown, not announced
   */
  show(message, past) {
    const { author, turn_id: turn } = message;
    const mine = author.kind === "customer";
    const follow = this.#nearEnd();
    // Screen readers announce what is added while the region is live.
    this.log.setAttribute("aria-live", past ? "off" : "polite");
    if (past) setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
    if (mine) this.#closeChoices({ label: message.parts[0]?.text });
    const known = mine && this.#claim(turn, message.parts[0]?.text);
    const bubble = known || this.#bubble(author, message.at);
    if (!mine || message.parts.length) this.#fill(bubble, message.parts);
    const next = [...this.#own.values()].find((other) => other !== bubble && !other.dataset.turn) ?? null;
    if (!known) {
      this.#dayMark(message.at, next);
      this.log.insertBefore(bubble, next);
    } else if (next && next.compareDocumentPosition(bubble) & Node.DOCUMENT_POSITION_FOLLOWING) this.log.insertBefore(bubble, next);
    if (mine && turn) this.#heard.set(turn, bubble);
    this.thumbs.about(author.kind === "bot" ? turn : null);
    if (!mine) {
      this.#answered.add(turn);
      this.#stopTyping();
    }
    if (past || follow || mine) this.toEnd(mine ? null : bubble);
    else {
      this.unseen += 1;
      this.more.hidden = false;
      this.more.replaceChildren(icon("down"), this.t("new_messages", { count: this.unseen }));
    }
  }

  /** @param {import("./outbox.js").Item} item the customer's own words, in whatever state they are */
  showOwn(item) {
    let bubble = this.#own.get(item.clientId);
    if (!bubble && item.state === "sending") {
      bubble = this.#bubble({ kind: "customer" }, new Date(item.at).toISOString());
      bubble.dataset.client = item.clientId;
      this.#own.set(item.clientId, bubble);
      this.#fill(bubble, [{ type: "text", text: item.text }]);
      this.log.append(bubble);
      this.thumbs.about(null);
      this.#closeChoices({ id: item.choice, label: item.choice ? undefined : item.text });
      this.toEnd();
    }
    if (!bubble) return;
    const heard = item.turnId && this.#heard.get(item.turnId);
    if (heard) this.#own.delete(item.clientId);
    if (heard && heard !== bubble) {
      bubble.remove(); // the server's copy came before the receipt, and in other words: something was redacted
      bubble = heard;
    }
    if (item.turnId) bubble.dataset.turn ??= item.turnId;
    this.#mark(bubble, item);
  }

  /** Dots, while the assistant owes an answer to this turn. @param {string | null} turn */
  await(turn) {
    this.#stopTyping();
    if (turn && this.#answered.has(turn)) return;
    this.#typingTimer = setTimeout(() => {
      const follow = this.#nearEnd();
      this.dots.hidden = false;
      if (follow) this.toEnd();
      this.#typingTimer = setTimeout(() => this.#stopTyping(), TYPING_UNTIL_MS);
    }, TYPING_AFTER_MS);
  }

  /** To the last message; of a tall one the beginning stays in sight. @param {HTMLElement | null} [bubble] */
  toEnd(bubble = null) {
    this.unseen = 0;
    this.more.hidden = true;
    const end = this.scroller.scrollHeight - this.scroller.clientHeight;
    this.scroller.scrollTop = bubble ? Math.min(end, bubble.offsetTop - 16) : end;
  }

  clear() {
    this.#own.clear();
    this.#heard.clear();
    this.#choices = [];
    this.#stopTyping();
    this.thumbs.about(null);
    this.log.replaceChildren();
  }

  /** The bubble that this message of the customer already has: by its turn, or before the receipt by its words. */
  #claim(turn, words) {
    const waiting = [...this.#own.values()];
    const sure = waiting.find((bubble) => turn && bubble.dataset.turn === turn);
    if (sure) this.#own.delete(sure.dataset.client);
    const alike = sure ?? waiting.find((bubble) => !bubble.dataset.turn && bubble.querySelector(".text")?.textContent === words);
    if (alike && turn) alike.dataset.turn = turn;
    return alike;
  }

  #bubble({ kind, name }, at) {
    const who = kind === "customer" ? this.t("you") : kind === "bot" ? this.t("assistant") : name || this.t("agent");
    const time = h("time", { datetime: at }, this.strings.clock.format(new Date(at)));
    const by = h("p", { class: "by" }, h("span", { class: "who" }, h("bdi", {}, who)), " ", time);
    return h("div", { class: `message ${kind === "customer" ? "own" : kind}` }, by);
  }

  #fill(bubble, parts) {
    for (const old of bubble.querySelectorAll(":scope > :not(.by, .receipt)")) old.remove();
    const before = bubble.querySelector(".receipt");
    for (const part of parts) {
      const { node, choice } = drawPart(part, this.context);
      bubble.insertBefore(node, before);
      if (choice) this.#choices.push(choice);
    }
  }

  #mark(bubble, { state, clientId }) {
    const old = bubble.querySelector(".receipt");
    const receipt = h("p", { class: `receipt ${state}` });
    if (state === "delivered") {
      receipt.append(icon("check"), this.t("delivered"));
      for (const earlier of this.log.querySelectorAll(".receipt.delivered")) if (earlier !== old) earlier.remove();
    } else if (state === "sending") receipt.append(this.t("sending"));
    else {
      const again = h("button", { type: "button", onclick: () => this.context.onRetry(clientId) }, this.t("retry"));
      receipt.append(icon("alert"), this.t("unsent"), again);
    }
    bubble.dataset.state = state;
    if (old) old.replaceWith(receipt);
    else bubble.append(receipt);
    if (state === "unsent" && this.#nearEnd()) this.toEnd();
  }

  #closeChoices(chosen) {
    for (const choice of this.#choices.splice(0)) choice.close(chosen);
  }

  #dayMark(at, next) {
    const date = new Date(at);
    if (date.toDateString() === this.#day) return;
    this.#day = date.toDateString();
    this.log.insertBefore(h("p", { class: "day" }, this.strings.calendar.format(date)), next);
  }

  #stopTyping() {
    clearTimeout(this.#typingTimer);
    this.dots.hidden = true;
  }

  #nearEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END_PX;
  }
}
