/** What an accumulator has added up: in the program the sum of all, in a task only what that task adds. */
import { EngineError } from "../errors.js";
import { type AccumulationRule, TaskScope } from "../execute/task-scope.js";

/** How a sum of type `State` takes terms and other sums. */
export interface TallyRule<Term, State> {
  zero(): State;
  add(state: State, term: Term): State;
  merge(left: State, right: State): State;
}

export class Tally<Term, State> {
  readonly id: number;
  readonly name: string | null;
  readonly #rule: TallyRule<Term, State>;
  /** Null in workers, where nobody may read it. */
  #state: { readonly sum: State } | null;
  #isZero = true;

  constructor(id: number, name: string | null, rule: TallyRule<Term, State>, initial: { readonly sum: State } | null) {
    this.id = id;
    this.name = name;
    this.#rule = rule;
    this.#state = initial;
  }

  get isZero(): boolean {
    this.read();
    return this.#isZero;
  }

  add(term: Term): void {
    const scope = TaskScope.current;
    if (scope) scope.accumulate(this.id, term, this.#rule as unknown as AccumulationRule);
    else this.#change(this.#rule.add(this.read(), term));
  }

  /** Takes the sum of a task that ended well. */
  merge(sum: unknown): void {
    this.#change(this.#rule.merge(this.read(), sum as State));
  }

  reset(): void {
    this.read();
    this.#state = { sum: this.#rule.zero() };
    this.#isZero = true;
  }

  read(): State {
    if (this.#state !== null && TaskScope.current === null) return this.#state.sum;
    throw new EngineError("ACCUMULATOR_NOT_READABLE", { name: this.name ?? this.id });
  }

  #change(sum: State): void {
    this.#state = { sum };
    this.#isZero = false;
  }
}
