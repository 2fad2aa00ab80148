/** Settings of a program before it starts, and those that every context of this process begins with. */

/** Properties of this process; those whose names begin with `spark.` are defaults of new settings. */
const systemProperties = new Map<string, string>();

export const setSystemProperty = (key: string, value: string): void => void systemProperties.set(key, value);

export const getSystemProperty = (key: string): string | null => systemProperties.get(key) ?? null;

/**
 * Spark's settings by name, all of them texts.
 *
 * @internal
 * @source org.apache.spark.SparkConf
 */
export class SparkConf {
  readonly #settings = new Map<string, string>();

  /** `loadDefaults`: begins with the system properties whose names begin with `spark.`. */
  constructor(loadDefaults: boolean = true) {
    if (!loadDefaults) return;
    for (const [key, value] of systemProperties) if (key.startsWith("spark.")) this.set(key, value);
  }

  /** Sets one. */
  set(key: string, value: string): this {
    this.#settings.set(key, value);
    return this;
  }

  /** Sets one that is not set yet. */
  setIfMissing(key: string, value: string): this {
    return this.contains(key) ? this : this.set(key, value);
  }

  /** Sets the master URL. */
  setMaster(value: string): this {
    return this.set("spark.master", value);
  }

  /** Sets the name of the program. */
  setAppName(value: string): this {
    return this.set("spark.app.name", value);
  }

  /** Sets where Spark is installed, which has no meaning here. */
  setSparkHome(value: string): this {
    return this.set("spark.home", value);
  }

  /** Sets a variable of the environment of workers. */
  setExecutorEnv(key: string, value: string): this {
    return this.set(`spark.executorEnv.${key}`, value);
  }

  /** Sets several. */
  setAll(pairs: Iterable<readonly [string, string]>): this {
    for (const [key, value] of pairs) this.set(key, value);
    return this;
  }

  /** One setting, or the default. */
  get(key: string): string | undefined;
  get(key: string, defaultValue: string): string;
  get(key: string, defaultValue?: string): string | undefined {
    return this.#settings.get(key) ?? defaultValue;
  }

  /** All settings. */
  getAll(): [string, string][] {
    return [...this.#settings];
  }

  /** Whether it is set. */
  contains(key: string): boolean {
    return this.#settings.has(key);
  }

  /** All settings, as the constructor of a context takes them. */
  toObject(): Record<string, string> {
    return Object.fromEntries(this.#settings);
  }

  /** All settings, one a line, sorted. */
  toDebugString(): string {
    return this.getAll()
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join("\n");
  }
}
