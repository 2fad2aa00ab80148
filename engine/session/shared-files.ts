/**
 * Files that a program gives to its workers: `addFile`, `addPyFile`, `addArchive`.
 *
 * They are copied once, into a directory of the application that every worker reads; two of one name are the same only
 * if their content is. The directory is made when the first one is added.
 */
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { copyFile, cp, readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { EngineError } from "../errors.js";
import { makeWorkspace, type Workspace } from "../execute/workspace.js";
import { inputPatterns } from "../source/text-paths.js";
import { canUnpack, unpack } from "./unpack.js";

/** Endings of files that Python imports from, when they stand in its search path. */
export const packageExtensions: readonly string[] = [".zip", ".egg", ".jar"];

const folder = "files";

export interface SharedFilesOptions {
  /** Where the directory is made; null: the system's temporary directory. */
  readonly localDirectory: string | null;
  /** Relative paths are meant from here. */
  readonly workingDirectory: string;
}

export class SharedFiles {
  readonly #options: SharedFilesOptions;
  /** Digests of what was added, by name. */
  readonly #digests = new Map<string, string>();
  readonly #files = new Set<string>();
  readonly #archives = new Set<string>();
  readonly #packages: string[] = [];
  #workspace: Workspace | null = null;
  #importsFromRoot = false;

  constructor(options: SharedFilesOptions) {
    this.#options = options;
  }

  /** Where the files lie, each under its name; null while there are none. */
  get directory(): string | null {
    return this.#workspace && join(this.#workspace.directory, folder);
  }

  /** The same, made if need be. */
  makeDirectory(): string {
    this.#workspace ??= makeWorkspace(this.#options.localDirectory);
    const directory = join(this.#workspace.directory, folder);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /** URLs of the files and directories that were added. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** URLs of the archives that were added. */
  get archives(): readonly string[] {
    return [...this.#archives];
  }

  /** Where Python finds modules that were added. */
  get searchPath(): readonly string[] {
    const { directory } = this;
    if (directory === null || !this.#importsFromRoot) return [];
    return [...this.#packages.map((name) => join(directory, name)), directory];
  }

  /** Adds a file, or a directory with all that is in it. */
  async add(path: string, recursive: boolean, call: string): Promise<void> {
    const source = this.#resolve(path, call);
    const isDirectory = await isDirectoryAt(source);
    if (isDirectory && !recursive) {
      const expected = "a file, or recursive must be true";
      const actual = `the directory ${JSON.stringify(source)}`;
      throw new EngineError("INVALID_ARGUMENT", { call, parameter: "path", expected, actual });
    }
    await this.#take(source, basename(source), isDirectory);
    this.#files.add(`file:${source}${isDirectory ? "/" : ""}`);
  }

  /** Adds a Python file or package that workers can import. */
  async addPackage(path: string, call: string): Promise<void> {
    await this.add(path, false, call);
    this.#importsFromRoot = true;
    const name = basename(this.#resolve(path, call));
    const isPackage = packageExtensions.includes(extname(name).toLowerCase());
    if (isPackage && !this.#packages.includes(name)) this.#packages.push(name);
  }

  /** Adds what is in an archive, as a directory; `path#name` says how that is called. */
  async addArchive(path: string, call: string): Promise<void> {
    const [, file = "", fragment] = /^(.*?)(?:#([^#]*))?$/s.exec(path) ?? [];
    const source = this.#resolve(file, call);
    const isDirectory = await isDirectoryAt(source);
    const name = fragment || basename(source);
    if (isDirectory || !canUnpack(source)) await this.#take(source, name, isDirectory);
    else if (await this.#isNew(source, name, false)) await unpack(source, join(this.makeDirectory(), name));
    this.#archives.add(`file:${source}${fragment ? `#${fragment}` : ""}`);
  }

  /** Removes them all. */
  remove(): void {
    this.#workspace?.remove();
    this.#workspace = null;
  }

  #resolve(path: string, call: string): string {
    const [source = path] = inputPatterns(path, this.#options.workingDirectory, call);
    return source;
  }

  async #take(source: string, name: string, isDirectory: boolean): Promise<void> {
    if (!(await this.#isNew(source, name, isDirectory))) return;
    const target = join(this.makeDirectory(), name);
    if (isDirectory) await cp(source, target, { recursive: true });
    else await copyFile(source, target);
  }

  /** Whether nothing of this name was added before; something with other content must not have been. */
  async #isNew(source: string, name: string, isDirectory: boolean): Promise<boolean> {
    if (name === "" || name === "." || name === "..") throw new EngineError("FILE_NAME_TAKEN", { name });
    const digest = await digestOf(source, isDirectory);
    const known = this.#digests.get(name);
    if (known !== undefined && known !== digest) throw new EngineError("FILE_NAME_TAKEN", { name });
    this.#digests.set(name, digest);
    return known === undefined;
  }
}

async function isDirectoryAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new EngineError("PATH_NOT_FOUND", { path });
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("PATH_NOT_READABLE", { path, reason }, { cause: error });
  }
}

/** Of the content of a file, or of the names and contents of all files of a directory. */
async function digestOf(path: string, isDirectory: boolean): Promise<string> {
  const hash = createHash("sha256");
  if (!isDirectory) {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  }
  for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${entry.name}\0${await digestOf(join(path, entry.name), entry.isDirectory())}\0`);
  }
  return hash.digest("hex");
}
