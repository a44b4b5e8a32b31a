/** The widget's words, in the customer's language: they come from the server, the code has none. */

/** @typedef {{ locale: string, direction: "ltr" | "rtl", strings: Record<string, string> }} Catalogue */

export class Strings {
  /**
   * @param {Catalogue} catalogue
   * @param {string} asked the page's locale: English words come with British or American times as the page has them
   */
  constructor(catalogue, asked) {
    this.locale = catalogue.locale;
    const spoken = asked.split("-")[0] === this.locale.split("-")[0] ? Intl.DateTimeFormat.supportedLocalesOf(asked) : [];
    const manner = spoken[0] ?? this.locale;
    this.direction = catalogue.direction === "rtl" ? "rtl" : "ltr";
    this.words = catalogue.strings;
    this.clock = new Intl.DateTimeFormat(manner, { hour: "2-digit", minute: "2-digit" });
    this.calendar = new Intl.DateTimeFormat(manner, { weekday: "long", day: "numeric", month: "long" });
    this.numbers = new Intl.NumberFormat(manner);
  }

  /**
   * @param {string} server
   * @param {string} locale
   */
  static async load(server, locale) {
    const response = await fetch(`${server}/v1/strings?locale=${encodeURIComponent(locale)}`, { credentials: "omit" });
    if (!response.ok) throw new TypeError(`strings: ${response.status}`);
    return new Strings(await response.json(), locale);
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
