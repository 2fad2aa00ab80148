/** Files that a program gives to its workers, as `addFile`, `addPyFile` and `addArchive` of PySpark 4.3 give them. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import AdmZip from "adm-zip";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SparkContext } from "../../../engine/index.js";
import { SharedFiles } from "../../../engine/session/shared-files.js";

let folder = "";
let files: SharedFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-files-"));
  files = new SharedFiles({ localDirectory: folder, workingDirectory: folder });
});

afterEach(() => {
  files.remove();
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const added = (name: string): string => readFileSync(join(files.directory ?? "", name), "utf8");

describe("a file", () => {
  test("is copied under its name, whatever becomes of the original", async () => {
    const path = write("a/f.txt", "one");
    await files.add("a/f.txt", false, "addFile");
    writeFileSync(path, "two");
    expect([added("f.txt"), files.files]).toEqual(["one", [`file:${path}`]]);
  });

  test("may be a URL, and come twice", async () => {
    const path = write("f.txt", "one");
    for (const name of [`file:${path}`, path]) await files.add(name, false, "addFile");
    expect([readdirSync(files.directory ?? ""), files.files]).toEqual([["f.txt"], [`file:${path}`]]);
  });

  test("of the same name must have the same content", async () => {
    write("a/f.txt", "one");
    write("b/f.txt", "one");
    write("c/f.txt", "other");
    await files.add("a/f.txt", false, "addFile");
    await files.add("b/f.txt", false, "addFile");
    await expect(files.add("c/f.txt", false, "addFile")).rejects.toMatchObject({
      code: "FILE_NAME_TAKEN",
      params: { name: "f.txt" },
    });
    expect(added("f.txt")).toBe("one");
  });

  test("that is not there", async () => {
    await expect(files.add("nothing", false, "addFile")).rejects.toThrow(/PATH_NOT_FOUND.*nothing/);
    expect(files.directory).toBe(null);
  });

  test("elsewhere than on this machine", async () => {
    await expect(files.add("hdfs://host/f", false, "addFile")).rejects.toThrow(/addFile: path must be a local path/);
  });
});

describe("a directory", () => {
  test("with all that is in it, if it may be one", async () => {
    write("tree/deep/leaf", "leaf");
    await files.add("tree", true, "addFile");
    expect([added("tree/deep/leaf"), files.files]).toEqual(["leaf", [`file:${folder}/tree/`]]);
    await expect(files.add("tree", false, "addFile")).rejects.toThrow(
      /addFile: path must be a file, or recursive must be/,
    );
  });

  test("of the same name must hold the same files", async () => {
    write("one/tree/leaf", "leaf");
    write("two/tree/leaf", "leaf");
    write("three/tree/leaf", "other");
    await files.add("one/tree", true, "addFile");
    await files.add("two/tree", true, "addFile");
    await expect(files.add("three/tree", true, "addFile")).rejects.toThrow(/FILE_NAME_TAKEN/);
  });
});

describe("Python's search path", () => {
  test("is empty while nothing is to be imported", async () => {
    write("data.txt", "");
    await files.add("data.txt", false, "addFile");
    expect(files.searchPath).toEqual([]);
  });

  test("has packages, then the directory of modules", async () => {
    for (const name of ["module.py", "package.zip", "other.EGG"]) {
      write(name, "");
      await files.addPackage(name, "addPyFile");
    }
    const { directory } = files;
    expect(files.searchPath).toEqual([`${directory}/package.zip`, `${directory}/other.EGG`, directory]);
  });
});

describe("an archive", () => {
  const zip = (name: string): void => {
    const archive = new AdmZip();
    archive.addFile("deep/inside.txt", Buffer.from("inside"));
    archive.writeZip(join(folder, name));
  };

  test.each([
    ["a.zip", "a.zip"],
    ["a.zip#unpacked", "unpacked"],
    ["a.jar", "a.jar"],
  ])("%s is unpacked as the directory %s", async (path, name) => {
    zip(path.split("#")[0] ?? "");
    await files.addArchive(path, "addArchive");
    expect([added(`${name}/deep/inside.txt`), files.archives]).toEqual(["inside", [`file:${folder}/${path}`]]);
  });

  test.each(["a.tar", "a.tar.gz", "a.tgz"])("%s is unpacked", async (name) => {
    write("source/deep/inside.txt", "inside");
    const options = name === "a.tar" ? "-cf" : "-czf";
    spawnSync("tar", [options, join(folder, name), "-C", join(folder, "source"), "deep"]);
    await files.addArchive(name, "addArchive");
    expect(added(`${name}/deep/inside.txt`)).toBe("inside");
  });

  test("of another kind is copied", async () => {
    write("a.txt", "text");
    await files.addArchive("a.txt#name", "addArchive");
    expect(added("name")).toBe("text");
  });

  test("that cannot be read", async () => {
    write("a.zip", "no archive");
    write("a.tar", "no archive");
    await expect(files.addArchive("a.zip", "addArchive")).rejects.toMatchObject({ code: "CORRUPT_INPUT" });
    await expect(files.addArchive("a.tar", "addArchive")).rejects.toMatchObject({ code: "CORRUPT_INPUT" });
  });

  test("does not write outside of its directory", async () => {
    const archive = new AdmZip();
    archive.addFile("x/../../../escaped.txt", Buffer.from("out"));
    for (const entry of archive.getEntries()) entry.entryName = "../escaped.txt";
    archive.writeZip(join(folder, "evil.zip"));
    await files.addArchive("evil.zip", "addArchive").catch(() => {});
    expect(existsSync(join(files.directory ?? "", "escaped.txt"))).toBe(false);
  });
});

describe("a context", () => {
  test("removes the files when it stops", async () => {
    const path = write("f.txt", "one");
    const sc = new SparkContext("local[1]", "files");
    await sc.addFile(path);
    const { filesDirectory } = sc;
    expect(readFileSync(join(filesDirectory, "f.txt"), "utf8")).toBe("one");
    await sc.stop();
    expect(existsSync(filesDirectory)).toBe(false);
    await expect(sc.addFile(path)).rejects.toThrow(/SESSION_STOPPED/);
  });
});
