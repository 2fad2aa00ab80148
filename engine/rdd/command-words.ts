/**
 * A command line as words, by the rules of a POSIX shell for quotes and backslashes and without its expansions:
 * `sort -t ' ' -k 2` is `sort`, `-t`, ` `, `-k`, `2`. What Python's `shlex.split` gives.
 */

const whitespace = /[ \t\r\n]*/y;
/** An escaped character, a text in single or double quotes, or plain characters. */
const part = /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^ \t\r\n'"\\]+)/y;

/** The words, or what is wrong with the command line. */
export type CommandWords = { readonly words: readonly string[] } | { readonly problem: string };

export function commandWords(command: string): CommandWords {
  const words: string[] = [];
  let at = skip(command, 0);
  while (at < command.length) {
    const { word, end } = wordAt(command, at);
    const next = skip(command, end);
    // A word ends at whitespace or with the command; anything else is a quote or backslash that does not end.
    if (next === end && end < command.length) {
      return { problem: command[end] === "\\" ? "nothing follows its last backslash" : "a quotation does not end" };
    }
    words.push(word);
    at = next;
  }
  return { words };
}

function skip(text: string, from: number): number {
  whitespace.lastIndex = from;
  whitespace.test(text);
  return whitespace.lastIndex;
}

function wordAt(command: string, from: number): { readonly word: string; readonly end: number } {
  let word = "";
  let end = from;
  for (;;) {
    part.lastIndex = end;
    const found = part.exec(command);
    if (!found) return { word, end };
    const [, escaped, single, double, plain] = found;
    word += escaped ?? single ?? double?.replace(/\\(["\\])/g, "$1") ?? plain ?? "";
    end = part.lastIndex;
  }
}
