const words = new Intl.NumberFormat('en');

/** "12,345". */
export function counted(value: number): string {
  return words.format(value);
}
