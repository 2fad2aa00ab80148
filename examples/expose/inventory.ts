/** A small service of one's own: what a shop has in stock. Its exports are the API that clients get. */
import type { double, int } from "kindling";

/** Something that is for sale. */
export interface Article {
  /** What it is called. */
  readonly name: string;
  /** In euros. */
  readonly price: double;
  /** How many there are. */
  readonly count: int;
}

/** The stock of one shop. */
export class Inventory {
  readonly #articles = new Map<string, Article>();
  /** Whose it is. */
  readonly owner: string;

  /**
   * An empty stock.
   *
   * @param owner - whose it is
   */
  constructor(owner: string) {
    this.owner = owner;
  }

  /**
   * Adds articles of a kind.
   *
   * @param name - what they are called
   * @param price - of one, in euros
   * @param count - how many
   */
  add(name: string, price: double, count: int = 1): void {
    const there = this.#articles.get(name)?.count ?? 0;
    this.#articles.set(name, { name, price, count: there + count });
  }

  /**
   * Returns the articles that cost at most so much.
   *
   * @param price - in euros
   */
  upTo(price: double): Article[] {
    return [...this.#articles.values()].filter((article) => article.price <= price);
  }

  /**
   * Returns a stock with every price lowered by a part; this one stays as it is.
   *
   * @param part - between 0 and 1
   */
  onSale(part: double): Inventory {
    const sale = new Inventory(this.owner);
    for (const { name, price, count } of this.#articles.values()) sale.add(name, price * (1 - part), count);
    return sale;
  }

  /** What all articles are worth together, in euros. */
  get worth(): double {
    return [...this.#articles.values()].reduce((sum, { price, count }) => sum + price * count, 0);
  }
}
