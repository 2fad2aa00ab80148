/**
 * Module hooks of a program that `kindling run` started: where its imports are found, and that its TypeScript files are
 * ES modules unless a `package.json` says otherwise, so that `await` works at their top level.
 */
import { existsSync, readFileSync } from "node:fs";
import type { ResolveFnOutput, ResolveHookContext } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Our own modules, for programs in whose folder no `kindling` is installed. */
export const own: Readonly<Record<string, URL>> = {
  kindling: new URL("../../engine/index.js", import.meta.url),
  "kindling/gateway": new URL("../index.js", import.meta.url),
};

type NextResolve = (
  specifier: string,
  context?: Partial<ResolveHookContext>,
) => ResolveFnOutput | Promise<ResolveFnOutput>;

export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
): Promise<ResolveFnOutput> {
  try {
    return asModule(await next(specifier, context));
  } catch (error) {
    const url = own[specifier];
    if (!url || (error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return { url: url.href, format: "module", shortCircuit: true };
  }
}

function asModule(found: ResolveFnOutput): ResolveFnOutput {
  if (found.format !== "commonjs" || !found.url.startsWith("file:")) return found;
  // tsx loads what it takes for CommonJS under a longer name.
  const [url = found.url] = found.url.split(/(?:%3F|\?)tsx-/);
  return /\.tsx?$/.test(url) && declaredType(fileURLToPath(url)) === undefined
    ? { ...found, url, format: "module" }
    : found;
}

/** `type` in the nearest `package.json`. */
function declaredType(path: string): unknown {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description))
      return (JSON.parse(readFileSync(description, "utf8")) as { readonly type?: unknown }).type;
    if (folder === dirname(folder)) return undefined;
  }
}
