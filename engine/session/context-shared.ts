/** What a context gives to its workers: files, packages, archives. */
import { ContextJobs } from "./context-jobs.js";

/** What a context gives to its workers: files, packages, archives. */
export abstract class ContextShared extends ContextJobs {
  /**
   * Copies a file for the workers, where functions find it by `SparkFiles.get(name)`.
   *
   * @param path - a local file or a `file:` URL
   * @param recursive - whether it may be a directory, of which all is copied
   * @throws PATH_NOT_FOUND
   * @throws FILE_NAME_TAKEN
   * @throws INVALID_ARGUMENT
   * @source SparkContext.addFile
   * @example
   * ```ts
   * await sc.addFile("README.md");
   * sc.listFiles.filter((file) => file.endsWith("/README.md")).length; // 1
   * ```
   * @example
   * ```python
   * >>> sc.addFile("README.md")
   * >>> sc.parallelize([0]).map(lambda _: open(SparkFiles.get("README.md")).readline()).collect()
   * ['# Numbers\n']
   * ```
   */
  async addFile(path: string, recursive: boolean = false): Promise<void> {
    this.requireOwnWorkers("addFile", "addFile");
    await this.session.files.add(path, recursive, "addFile");
    this.tellOfFiles();
  }

  /**
   * Gives workers a Python module, or a package as `.zip` or `.egg`, to import from.
   *
   * @param path - a local file or a `file:` URL
   * @throws PATH_NOT_FOUND
   * @throws FILE_NAME_TAKEN
   * @source SparkContext.addPyFile
   * @example
   * ```ts
   * await sc.addPyFile("README.md");
   * ```
   * @example
   * ```python
   * >>> with open(f"{directory}/doubling.py", "w") as file:
   * ...     _ = file.write("def double(x): return 2 * x")
   * >>> sc.addPyFile(f"{directory}/doubling.py")
   * >>> def use(x):
   * ...     from doubling import double
   * ...     return double(x)
   * >>> sc.parallelize([1, 2]).map(use).collect()
   * [2, 4]
   * ```
   */
  async addPyFile(path: string): Promise<void> {
    this.requireOwnWorkers("addPyFile", "addPyFile");
    await this.session.files.addPackage(path, "addPyFile");
    this.tellOfFiles();
  }

  /**
   * Unpacks an archive for the workers, where functions find it as a directory by `SparkFiles.get(name)`.
   *
   * @param path - a local `.zip`, `.jar`, `.tar`, `.tar.gz` or `.tgz` or a `file:` URL of one; `#name` after it names the
   * directory, whose name is that of the file otherwise
   * @throws PATH_NOT_FOUND
   * @throws FILE_NAME_TAKEN
   * @throws CORRUPT_INPUT
   * @source SparkContext.addArchive
   * @example
   * ```ts
   * await sc.addArchive("README.md");
   * sc.listArchives.filter((file) => file.endsWith("/README.md")).length; // 1
   * ```
   * @example
   * ```python
   * >>> import shutil
   * >>> archive = shutil.make_archive(f"{directory}/texts", "zip", ".", "README.md")
   * >>> sc.addArchive(f"{archive}#unpacked")
   * >>> sc.parallelize([0]).map(lambda _: open(SparkFiles.get("unpacked") + "/README.md").readline()).collect()
   * ['# Numbers\n']
   * ```
   */
  async addArchive(path: string): Promise<void> {
    this.requireOwnWorkers("addArchive", "addArchive");
    await this.session.files.addArchive(path, "addArchive");
    this.tellOfFiles();
  }

  /**
   * The URLs of the files that were added.
   *
   * @property
   * @source SparkContext.listFiles
   * @example
   * ```ts
   * await sc.addFile("README.md");
   * sc.listFiles.every((file) => file.startsWith("file:/")); // true
   * ```
   * @example
   * ```python
   * >>> sc.addFile("README.md")
   * >>> all(file.startswith("file:/") for file in sc.listFiles)
   * True
   * ```
   */
  get listFiles(): string[] {
    return [...this.session.files.files];
  }

  /**
   * The URLs of the archives that were added.
   *
   * @property
   * @source SparkContext.listArchives
   * @example
   * ```ts
   * sc.listArchives.every((file) => file.startsWith("file:/")); // true
   * ```
   * @example
   * ```python
   * >>> all(file.startswith("file:/") for file in sc.listArchives)
   * True
   * ```
   */
  get listArchives(): string[] {
    return [...this.session.files.archives];
  }

  /**
   * The directory in which files that were added lie.
   *
   * @property
   * @py -
   * @source SparkFiles.getRootDirectory
   * @example
   * ```ts
   * sc.filesDirectory.startsWith("/"); // true
   * ```
   */
  get filesDirectory(): string {
    return this.session.files.makeDirectory();
  }

  /**
   * All settings of the context.
   *
   * @property
   * @py -
   * @source SparkContext.getConf
   * @example
   * ```ts
   * sc.settings["spark.master"]; // "local[2]"
   * ```
   */
  get settings(): Record<string, string> {
    return { ...this.session.options.conf };
  }

  private tellOfFiles(): void {
    const { files, application } = this.session;
    const added = [...files.files, ...files.archives].map((url): [string, string] => [url, "Added By User"]);
    application.tellEnvironment(Object.fromEntries(added));
  }
}
