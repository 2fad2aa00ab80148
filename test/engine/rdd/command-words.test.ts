/** Expected words are those of CPython 3.11's `shlex.split`, which PySpark's `pipe` uses. */
import { expect, test } from "vitest";
import { commandWords } from "../../../engine/rdd/command-words.js";

test.each([
  ["cat", ["cat"]],
  ["  cat   -n\t", ["cat", "-n"]],
  ["echo 'a  b' $HOME | cat", ["echo", "a  b", "$HOME", "|", "cat"]],
  [`printf '%s\\n' "a b" c\\ d 'e"f'`, ["printf", "%s\\n", "a b", "c d", 'e"f']],
  [`a'b'"c"d`, ["abcd"]],
  [`'' ""`, ["", ""]],
  [`"x \\" \\\\ \\n \\' y"`, [`x " \\ \\n \\' y`]],
  ["a\\\nb", ["a\nb"]],
  ["a#b # c", ["a#b", "#", "c"]],
  ["été 'ü ß'", ["été", "ü ß"]],
  ["a\u00a0b", ["a\u00a0b"]],
  ["", []],
  [" \r\n", []],
] as const)("%j", (command, words) => {
  expect(commandWords(command)).toEqual({ words });
});

test.each([
  ["echo 'a", "a quotation does not end"],
  ['echo "a', "a quotation does not end"],
  ['echo "a\\"', "a quotation does not end"],
  ["echo a\\", "nothing follows its last backslash"],
])("%j is no command", (command, problem) => {
  expect(commandWords(command)).toEqual({ problem });
});
