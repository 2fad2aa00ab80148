/** Names of columns as programs write them: parts between dots; a part in back-quotes may hold dots, and `` for one of them. */

/** The parts of a name; null if it is not well formed: ``t.`a.b` `` is `t` and `a.b`. */
export function nameParts(name: string): readonly string[] | null {
  const parts: string[] = [];
  let rest = name;
  for (;;) {
    const [whole, quoted, plain] = /^(?:`((?:[^`]|``)*)`|([^`.]+))/.exec(rest) ?? [];
    if (whole === undefined) return null;
    parts.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll("``", "`"));
    rest = rest.slice(whole.length);
    if (rest === "") return parts;
    if (!rest.startsWith(".")) return null;
    rest = rest.slice(1);
  }
}

export const lastNamePart = (name: string): string => nameParts(name)?.at(-1) ?? name;

/** A part as it can be written in a name. */
export const quoteName = (part: string): string =>
  /^[A-Za-z_]\w*$/.test(part) ? part : `\`${part.replaceAll("`", "``")}\``;
