/**
 * A menu behind a button. Load it lazily on the live page. Not modal: a modal one would lock scrolling with
 * inline styles, which the security policy forbids.
 */
import * as RadixMenu from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export interface MenuItem {
  readonly label: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

interface MenuProps {
  /** A button element; it opens the menu. */
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  /** Opens it at once, for a menu that was loaded because its button was pressed. */
  readonly defaultOpen?: boolean;
}

export function Menu({ trigger, items, defaultOpen = false }: MenuProps) {
  return (
    <RadixMenu.Root defaultOpen={defaultOpen} modal={false}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-xl border border-line bg-raised p-1.5 shadow-2xl"
        >
          {items.map((item, index) => (
            <RadixMenu.Item
              key={`item-${String(index)}`}
              disabled={item.disabled === true}
              onSelect={item.onSelect}
              className={classes(
                'flex min-h-11 cursor-pointer items-center rounded-lg px-3 outline-none select-none',
                'data-highlighted:bg-sunken data-disabled:cursor-not-allowed data-disabled:opacity-50',
                item.danger === true && 'text-danger',
              )}
            >
              {item.label}
            </RadixMenu.Item>
          ))}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}
