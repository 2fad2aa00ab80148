/** A module of the user's own, captured by name and as a namespace. */

export const unit = "cm";
export let scale = 2;

export function setScale(value: number): void {
  scale = value;
}

export function area(width: number, height: number): number {
  return width * height * scale;
}

export const describe = (width: number): string => `${area(width, 1)} ${unit}`;

/** Not used by any function that is packed: a namespace travels only with the members used. */
export const pending: Promise<void> = Promise.resolve();

export class Box {
  readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  grow(by: number): Box {
    return new Box(this.width + by);
  }
}
