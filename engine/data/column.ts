/** Values in the order in which they came: in one block, without a box for each, as long as all of them are numbers. */
const firstNumbers = 16;
const nothing = new Float64Array(0);

export class Column {
  #numbers = nothing;
  /** Everything, once a value was no number. */
  #list: unknown[] | null = null;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: unknown): void {
    if (this.#list === null) {
      if (typeof value === "number") {
        if (this.#length === this.#numbers.length) this.#grow();
        this.#numbers[this.#length++] = value;
        return;
      }
      this.#list = Array.from(this.#held());
      this.#numbers = nothing;
    }
    this.#list.push(value);
    this.#length += 1;
  }

  at(index: number): unknown {
    return this.#list === null ? this.#numbers[index] : this.#list[index];
  }

  /** All of them; good until the next change. */
  values(): Float64Array | readonly unknown[] {
    return this.#list ?? this.#held();
  }

  /** Makes room for others; the block stays. */
  clear(): void {
    this.#list = null;
    this.#length = 0;
  }

  #held(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }

  #grow(): void {
    const grown = new Float64Array(Math.max(firstNumbers, this.#numbers.length * 2));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
