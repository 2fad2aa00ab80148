/** Which methods exist: every callable member of the description with the code that carries it out, looked up by name. */
import type { Api, ApiClass, ApiMethod } from "../codegen/description.js";
import { EngineError } from "../engine/errors.js";
import type { ExposedClass, Exposure } from "./exposure.js";
import type { Session } from "./session.js";
import { sharingMembers } from "./sharing.js";

/** One method that clients may call. */
export interface Member {
  /** As on the wire: `RDD.map`, `SparkContext.new`. */
  readonly wireName: string;
  /** As users know it: `map`, `SparkContext`. */
  readonly call: string;
  readonly method: ApiMethod;
  /** The class an object must be of; null for constructors and statics, which have no object. */
  readonly of: { readonly name: string; readonly class: ExposedClass } | null;
  readonly invoke: (target: object | null, args: readonly unknown[], session: Session) => unknown;
}

type Callable = (...args: readonly unknown[]) => unknown;

const forms: Readonly<
  Record<
    ApiMethod["form"],
    (exposed: ExposedClass, name: string) => (target: object | null, args: readonly unknown[]) => unknown
  >
> = {
  constructor: (exposed) => (_, args) => Reflect.construct(exposed, args),
  static: (exposed, name) => (_, args) => (Reflect.get(exposed, name) as Callable).apply(exposed, [...args]),
  method: (_, name) => (target, args) => (Reflect.get(target as object, name) as Callable).apply(target, [...args]),
  getter: (_, name) => (target) => Reflect.get(target as object, name),
  staticGetter: (exposed, name) => () => Reflect.get(exposed, name),
};

/** Modes that never come over the wire, and `iterate`, which this version of the protocol cannot carry. */
const unreachable: ReadonlySet<string> = new Set(["local", "iterate"]);

function memberOf(owner: ApiClass, method: ApiMethod, exposed: ExposedClass): Member {
  const isConstructor = method.form === "constructor";
  const hasObject = method.form === "method" || method.form === "getter";
  return {
    wireName: `${owner.name}.${isConstructor ? "new" : method.name}`,
    call: isConstructor ? owner.name : method.name,
    method,
    of: hasObject ? { name: owner.name, class: exposed } : null,
    invoke: forms[method.form](exposed, method.name),
  };
}

/** The callable members of the description's remote classes; one whose class or code is missing is an error at start. */
export function members({ api, classes }: Exposure): Map<string, Member> {
  const found = new Map<string, Member>(sharingMembers.map((member) => [member.wireName, member]));
  for (const owner of api.classes.filter(({ passing }) => passing === "remote")) {
    const exposed = classes.get(owner.name);
    for (const method of owner.methods.filter(({ mode }) => !unreachable.has(mode))) {
      if (!exposed || !hasCode(exposed, method)) {
        throw new EngineError("INTERNAL", { reason: `${owner.name}.${method.name} is described but does not exist` });
      }
      const member = memberOf(owner, method, exposed);
      found.set(member.wireName, member);
    }
  }
  return found;
}

function hasCode(exposed: ExposedClass, { form, name }: ApiMethod): boolean {
  // Getters may be fields, which only objects have.
  if (form === "constructor" || form === "getter") return true;
  if (form === "staticGetter") return name in exposed;
  if (form === "static") return typeof Reflect.get(exposed, name) === "function";
  return name in (exposed.prototype as object);
}

/** Value classes and enums of the description by name, for the codec. */
export interface Declarations {
  readonly values: ReadonlyMap<string, ApiClass>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

export const declarations = (api: Api): Declarations => ({
  values: new Map(api.classes.filter(({ passing }) => passing === "value").map((value) => [value.name, value])),
  enums: new Map(api.enums.map(({ name, values }) => [name, values])),
});
