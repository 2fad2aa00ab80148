/** The programs of README.md are run as a reader would run them, in a package of their own; values counted by hand. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const kindling = fileURLToPath(new URL("../../gateway/command-line/main.js", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The only block of a language. */
function blockOf(language: string): string {
  const [block, ...others] = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  expect(others).toEqual([]);
  return block?.[1] ?? "";
}

const folder = mkdtempSync(join(tmpdir(), "kindling-readme-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "kindling"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "docs", "one.txt"), "red blue red\nred blue\n");
  writeFileSync(join(folder, "docs", "two.txt"), "red blue\r\ngreen");
});

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** The sum of the numbers below 1000 that end in this digit. */
const sumOf = (digit: number): number => 49_500 + 100 * digit;

const programs = [
  {
    language: "ts",
    file: "words.ts",
    words: "[ [ 'red', 4 ], [ 'blue', 3 ], [ 'green', 1 ] ]",
    header: ["digit", "sum(id)", "count(1)"],
    rows: digits.map((digit) => [digit, sumOf(digit), 100]),
  },
  {
    language: "python",
    file: "words.py",
    words: "[('red', 4), ('blue', 3), ('green', 1)]",
    header: ["digit", "sum(id)"],
    // Without 0 to 10.
    rows: digits.map((digit) => [digit, sumOf(digit) - digit - (digit === 0 ? 10 : 0)]),
  },
];

const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test.each(programs)("the program in $language", ({ language, file, words, header, rows }) => {
  writeFileSync(join(folder, file), blockOf(language));
  const python = process.env["KINDLING_PYTHON"] ?? join(root, ".venv/bin/python");
  const env = { ...process.env, KINDLING_PYTHON: python, KINDLING_GATEWAY: kindling, KINDLING_PROGRESS: "off" };
  const args = [kindling, "run", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const [first, ...table] = stdout.trim().split("\n");
  expect(first).toBe(words);
  const [found, ...lines] = table.filter((line) => line.startsWith("|")).map(cellsOf);
  expect(found).toEqual(header);
  // Groups have no order.
  expect(lines.sort(([left = ""], [right = ""]) => left.localeCompare(right))).toEqual(
    rows.map((row) => row.map(String)),
  );
});
