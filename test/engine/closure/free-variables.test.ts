import { describe, expect, it } from "vitest";
import { functionSource } from "../../../engine/closure/function-source.js";

/** Source, its free variables (ECMAScript's scope rules say which), and which of them are assigned to. */
const cases: readonly (readonly [source: string, free: string, written?: string])[] = [
  ["x => x + y", "y"],
  ["() => a.b.c + a[d] + e?.f", "a d e"],
  ["() => ({ a, b: c, [d]: 1, e() {}, get f() { return g; } })", "a c d g"],
  ["({ a, b: { c }, ...d }, [e, f = g]) => a + c + d + e + f + h", "g h"],
  ["(a = b, c = a) => a", "b"],
  ["(a = b) => { var b = 1; return a; }", "b"],
  ["() => { use(v); { var v = 1; } }", "use"],
  ["() => { { let v = 1; } return v; }", "v"],
  ["() => { f(); function f() { return g; } }", "g"],
  ["() => { for (let i = 0; i < n; i++) s += i; return i; }", "i n s", "s"],
  ["() => { for (const k in o) use(k); for (x of y); }", "o use x y", "x"],
  ["() => { for (const { a = b } of c) use(a); }", "b c use"],
  ["() => { try { t(); } catch (e) { u(e); } finally { v(e); } }", "e t u v"],
  ["() => { try { t(); } catch { u(); } }", "t u"],
  ["() => { a: for (;;) { break a; } }", ""],
  ["() => { switch (s) { case c: let v = 1; default: use(v); } }", "c s use"],
  ["() => { [a, b.c, ...d] = e; ({ f, g: h = i } = j); }", "a b d e f h i j", "a d f h"],
  ["() => { a++; --b.c; d ||= 1; }", "a b d", "a d"],
  [
    "() => { class A extends B { static s = c; d = e; [f]() { return A; } #p = g; static { h(); } } return A; }",
    "B c e f g h",
  ],
  ["function f() { return f(g, arguments, this, new.target); }", "g"],
  ["async x => { await y; for await (const z of w) z(); }", "w y"],
  ["async function* f() { yield* a; }", "a"],
  ["method(a) { return a + b; }", "b"],
  ["async *method() { yield b; }", "b"],
  ["get value() { return this.v + b; }", "b"],
  ["[key](a) { return a + b; }", "b"],
  ["'quoted name'() { return b; }", "b"],
  ["async(a) { return b; }", "b"],
  [String.raw`() => \`\${a}\${() => b}\` ? c : d`.replaceAll("\\", ""), "a b c d"],
  [String.raw`() => tag\`x\${y}\``.replaceAll("\\", ""), "tag y"],
  ["() => typeof a === 'undefined' && void b", "a b"],
  ["() => { const f = function g() { return g; }; return g; }", "g"],
  ["() => { const undefinedName = NaN; return undefined; }", "NaN undefined"],
  [
    "class A extends (mixin(B)) { static s = c; static #t = d; m() { return e + super.m() + A.s; } static { f(); } }",
    "$kindling_static_t $kindling_super e",
  ],
  ["() => import(a)", "$kindling_import a"],
  ["() => import.meta.url + b", "$kindling_meta b"],
  ["x => { const g = __name((z) => z + k, 'g'); return (0, m.basename)(g(x)); }", "__name k m"],
  ["() => a /* b */ + 'c' + /d/.source // e", "a"],
];

describe("free variables", () => {
  it.each(cases)("of %s", (source, free, written) => {
    const { variables, obstacle } = functionSource(source ?? "");
    expect(obstacle).toBeUndefined();
    expect([...variables.keys()].toSorted().join(" ")).toBe(free);
    const assigned = [...variables.values()].filter((variable) => variable.written).map(({ name }) => name);
    expect(assigned.toSorted().join(" ")).toBe(written ?? "");
  });

  it("tells which members of a variable are used", () => {
    const { variables } = functionSource("() => a.b + a.c.d + e.f + g(e)");
    expect(variables.get("a")?.members).toEqual(new Set(["b", "c"]));
    expect(variables.get("e")?.members).toBeNull();
  });

  it("keeps the lines of what it rewrites", () => {
    const source = "class A extends\n  B {\n  static s = [\n    1,\n  ];\n  m() {}\n}";
    const { expression } = functionSource(source);
    expect(expression.split("\n").findIndex((line) => line.includes("m() {}"))).toBe(5);
  });
});
