/** Prints figures of peers that ran in turn: median, range, and the ratio to the reference round by round. */
import { median } from "./measure.js";

export interface Peer {
  readonly name: string;
  /** One figure per round. */
  readonly figures: readonly number[];
}

const range = (figures: readonly number[], digits: number): string =>
  `${median(figures).toFixed(digits)} (${Math.min(...figures).toFixed(digits)}–${Math.max(...figures).toFixed(digits)})`;

/** `aim`: how many times less than the reference each peer should need. */
export function report(
  title: string,
  unit: string,
  reference: Peer,
  peers: readonly (Peer & { readonly aim: number | null })[],
  digits = 2,
): void {
  console.log(`\n${title} [${unit}; median (least–most) of ${reference.figures.length}]`);
  console.log(`  ${reference.name.padEnd(28)} ${range(reference.figures, digits)}`);
  for (const { name, figures, aim } of peers) {
    const ratios = figures.map((figure, round) => (reference.figures[round] ?? Number.NaN) / figure);
    const verdict = aim === null ? "" : median(ratios) >= aim ? `, aim ${aim} reached` : `, aim ${aim} MISSED`;
    console.log(
      `  ${name.padEnd(28)} ${range(figures, digits)}   ${reference.name} / this = ${range(ratios, 2)}${verdict}`,
    );
  }
}
