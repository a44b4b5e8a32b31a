/** Two thumbs below the assistant's latest answer. Outside the log: a screen reader is not told of them at each answer. */
import { h, icon } from "./elements.js";

export class Thumbs {
  #turn = "";

  /**
   * @param {import("./strings.js").Strings} strings
   * @param {(turn: string, good: boolean) => Promise<void>} onThumb
   */
  constructor(strings, onThumb) {
    const button = (name, label, good) => {
      const words = strings.t(label);
      return h("button", { type: "button", title: words, "aria-label": words, "aria-pressed": "false", onclick: () => this.#press(good) }, icon(name));
    };
    this.onThumb = onThumb;
    this.buttons = new Map([
      [true, button("thumb_up", "helpful", true)],
      [false, button("thumb_down", "not_helpful", false)],
    ]);
    this.node = h("div", { class: "thumbs", role: "group", hidden: true }, ...this.buttons.values());
  }

  /** @param {string | null} turn what they are about now; null hides them */
  about(turn) {
    if (turn === this.#turn) return;
    this.#turn = turn ?? "";
    this.#show(null);
    this.node.hidden = !turn;
  }

  async #press(good) {
    this.#show(good);
    await this.onThumb(this.#turn, good);
  }

  #show(pressed) {
    for (const [good, button] of this.buttons) button.setAttribute("aria-pressed", String(good === pressed));
  }
}
