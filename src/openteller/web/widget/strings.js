/** The widget's words, in the customer's language: they come from the server, the code has none. */

/** @typedef {{ locale: string, direction: "ltr" | "rtl", strings: Record<string, string> }} Catalogue */

export class Strings {
  /** @param {Catalogue} catalogue */
  constructor(catalogue) {
    this.locale = catalogue.locale;
    this.direction = catalogue.direction === "rtl" ? "rtl" : "ltr";
    this.words = catalogue.strings;
    this.clock = new Intl.DateTimeFormat(this.locale, { hour: "2-digit", minute: "2-digit" });
    this.calendar = new Intl.DateTimeFormat(this.locale, { weekday: "long", day: "numeric", month: "long" });
    this.numbers = new Intl.NumberFormat(this.locale);
  }

  /**
   * @param {string} server
   * @param {string} locale
   */
  static async load(server, locale) {
    const response = await fetch(`${server}/v1/strings?locale=${encodeURIComponent(locale)}`, { credentials: "omit" });
    if (!response.ok) throw new TypeError(`strings: ${response.status}`);
    return new Strings(await response.json());
  }

  /**
   * A missing key shows itself: visible in every test, and better than a button without a name.
   * @param {string} key without its `widget.` prefix
   * @param {Record<string, string | number>} [fields]
   */
  t(key, fields = {}) {
    const words = this.words[`widget.${key}`] ?? key;
    return words.replace(/\{(\w+)\}/g, (whole, name) => {
      if (!(name in fields)) return whole;
      const value = fields[name];
      // Isolated, so that a Latin name does not turn an Arabic sentence around.
      return `\u2068${typeof value === "number" ? this.numbers.format(value) : value}\u2069`;
    });
  }
}
