/** The members by which clients share objects under names: what `kindling.publish`, `find` and `withdraw` call. */
import type { ApiMethod, ApiParameter, ApiType } from "../codegen/description.js";
import type { Member } from "./calls.js";
import type { Rights } from "./published.js";

const parameter = (name: string, type: ApiType): ApiParameter => ({
  name,
  type,
  passing: "positional",
  names: {},
  doc: "",
});

const text: ApiType = { kind: "string" };
const rights: ApiType = { kind: "union", of: [literal("full"), literal("read")] };

function literal(value: Rights): ApiType {
  return { kind: "literal", value };
}

const noDoc = { summary: "", details: "", returns: "", throws: [], source: "", deprecated: "", examples: {} };

const method = (name: string, parameters: readonly ApiParameter[], returns: ApiType): ApiMethod => ({
  name,
  form: "static",
  property: false,
  mode: "value",
  eager: false,
  self: false,
  overloads: [],
  names: {},
  rights: [],
  doc: noDoc,
  typeParameters: [],
  parameters,
  returns,
});

const member = (described: ApiMethod, invoke: Member["invoke"]): Member => ({
  wireName: `Shared.${described.name}`,
  call: described.name,
  method: described,
  of: null,
  invoke,
});

export const sharingMembers: readonly Member[] = [
  member(
    method(
      "publish",
      [
        parameter("object", { kind: "unknown" }),
        parameter("name", text),
        parameter("rights", rights),
        parameter("leaseMs", { kind: "long" }),
      ],
      { kind: "void" },
    ),
    (_, [object, name, wanted, leaseMs], session) =>
      session.publish(object, name as string, wanted as Rights, Number(leaseMs)),
  ),
  member(method("find", [parameter("name", text)], { kind: "unknown" }), (_, [name], session) =>
    session.find(name as string),
  ),
  member(method("withdraw", [parameter("name", text)], { kind: "void" }), (_, [name], session) =>
    session.withdraw(name as string),
  ),
];
