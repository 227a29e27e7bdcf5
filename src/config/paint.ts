const CODES = { red: 31, yellow: 33, bold: 1, dim: 2 } as const;

export function paint(text: string, style: keyof typeof CODES, isColored: boolean): string {
  return isColored && text ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}
