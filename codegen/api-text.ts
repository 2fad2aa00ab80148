/** The text of `api.json`: made to be reviewed as a diff, so what fits on a line stands on one. */
import type { Api } from "./description.js";

const lineWidth = 120;

function lay(value: unknown, indent: string): string {
  const flat = JSON.stringify(value);
  if (typeof value !== "object" || value === null || flat.length + indent.length <= lineWidth) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + lay(item, inner)).join(",\n")}\n${indent}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const lines = entries.map(([name, item]) => `${inner}${JSON.stringify(name)}: ${lay(item, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

export const apiText = (api: Api): string => `${lay(api, "")}\n`;
