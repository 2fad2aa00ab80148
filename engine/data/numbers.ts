/**
 * Numbers that a client of another language must see as what they are. TypeScript programs pass plain numbers;
 * the names survive in declarations, from which clients are generated.
 */
declare const width: unique symbol;

/** A 32-bit signed integer. */
export type int = number & { readonly [width]?: "int" };
/** A 64-bit signed integer; as a `number` up to 2^53, beyond that a `bigint`. */
export type long = (number & { readonly [width]?: "long" }) | bigint;
/** A 64-bit floating-point number. */
export type double = number & { readonly [width]?: "double" };
