/** The text of a doc comment, cut into its description and its tags. `@` inside a fenced example is not a tag. */

export interface Tag {
  readonly name: string;
  readonly text: string;
}

export interface DocComment {
  readonly summary: string;
  readonly details: string;
  readonly tags: readonly Tag[];
}

/** Takes the text without comment marks. */
export function parseDocComment(text: string): DocComment {
  const description: string[] = [];
  const tags: { name: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of text.split("\n")) {
    if (line.trimStart().startsWith("```")) fenced = !fenced;
    const tag = fenced ? null : /^\s*@(\w+)\s?(.*)$/.exec(line);
    if (tag) tags.push({ name: tag[1] ?? "", lines: [tag[2] ?? ""] });
    else (tags.at(-1)?.lines ?? description).push(line);
  }
  return {
    ...splitSummary(plain(description.join("\n"))),
    tags: tags.map(({ name, lines }) => ({ name, text: plain(lines.join("\n")) })),
  };
}

const plain = (text: string): string =>
  text
    .replace(/\{@link\s+([^}|]+?)\s*(?:\|[^}]*)?\}/g, "`$1`")
    .replace(/[ \t]+$/gm, "")
    .trim();

/** The summary is the first sentence: it ends at a full stop before a capital letter, or with the paragraph. */
function splitSummary(description: string): { summary: string; details: string } {
  const [paragraph = "", ...others] = description.split(/\n\s*\n/);
  const end = /[.!?](?=\s+[A-Z`"])/.exec(paragraph);
  const cut = end === null ? paragraph.length : end.index + 1;
  const rest = [paragraph.slice(cut).trim(), ...others].filter((part) => part !== "");
  return { summary: oneLine(paragraph.slice(0, cut)), details: rest.join("\n\n") };
}

/** Lines of one paragraph as one line. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();

/** The languages of fenced examples, and their names in the description. */
const languages: Readonly<Record<string, string>> = {
  ts: "typescript",
  typescript: "typescript",
  py: "python",
  python: "python",
  r: "r",
  java: "java",
  scala: "scala",
  sql: "sql",
};

/** The code of an example and its language; null where it is not one fence that names a language. */
export function parseExample(text: string): { language: string; code: string } | null {
  const fence = /^```(\w+)\n([\s\S]*?)\n?```$/.exec(text.trim());
  const language = languages[fence?.[1]?.toLowerCase() ?? ""];
  return fence === null || language === undefined ? null : { language, code: fence[2] ?? "" };
}
