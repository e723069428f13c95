/** An array as long as another, of other items: what a tuple is mapped to, place by place. */
export type SameLength<Items extends readonly unknown[], Item> = { readonly [Place in keyof Items]: Item };

/** `items.map(make)` that remembers how many items there are. */
export function mapTuple<const Items extends readonly unknown[], Item>(
  items: Items,
  make: (item: Items[number], place: number) => Item,
): SameLength<Items, Item>;
export function mapTuple<Item>(items: readonly unknown[], make: (item: unknown, place: number) => Item): Item[] {
  return items.map(make);
}
