/** Tokens one by one, with what a parser asks of them. */
import type { EngineError } from "../errors.js";
import { type SqlSource, syntaxError, type Token, tokenize } from "./lexer.js";

export class TokenStream {
  readonly source: SqlSource;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: SqlSource) {
    this.source = source;
    this.#tokens = tokenize(source);
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    return (this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1)) as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }

  /** Whether the next token is this word (in any case) or symbol. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === "word" || token.kind === "symbol") && token.text.toUpperCase() === text;
  }

  /** Takes the words and symbols if all of them come next. */
  accept(...texts: readonly string[]): boolean {
    if (!texts.every((text, i) => this.is(text, i))) return false;
    this.#next += texts.length;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(text);
  }

  /** A name: a word that is not one of `reserved`, or a name in back-quotes. */
  name(reserved: ReadonlySet<string>): string | null {
    const token = this.peek();
    if (token.kind === "name") return this.take() && token.value;
    if (token.kind !== "word" || reserved.has(token.text.toUpperCase())) return null;
    return this.take().text;
  }

  unexpected(expected?: string): EngineError {
    const token = this.peek();
    const found = token.kind === "end" ? "end of input" : `"${token.text}"`;
    return this.fail(
      token,
      `syntax error at or near ${found}${expected === undefined ? "" : `: expected ${expected}`}`,
    );
  }

  fail(token: Token, reason: string): EngineError {
    return syntaxError(this.source, token.at, reason);
  }

  end(): void {
    this.accept(";");
    if (this.peek().kind !== "end") throw this.unexpected("end of input");
  }
}
