// Verilog attributes as text.

import type { Attributes } from '../ir/module.ts';

/** `(* keep = "true", no_rw_check *)`; nothing for no attributes. */
export function attributesText(attributes: Attributes | undefined): string {
  if (!attributes) return '';
  const parts = Object.entries(attributes).map(([name, value]) => {
    if (value === true) return name;
    return `${name} = ${typeof value === 'number' ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`}`;
  });
  return parts.length ? `(* ${parts.join(', ')} *)` : '';
}
