// The sentence that tells a user how to install a missing tool on the machine at hand.
// Invariant: it names a command that can be pasted. It installs nothing itself.

/** How to install a package that has the same name in apt, dnf, pacman and Homebrew. */
export function installHelp(tool: string): string {
  if (process.platform === 'darwin') return `install it: brew install ${tool}`;
  if (process.platform === 'win32') return `use WSL, and there: sudo apt-get install ${tool}`;
  return `install it: sudo apt-get install ${tool} (Fedora: sudo dnf install ${tool}; Arch: sudo pacman -S ${tool})`;
}
