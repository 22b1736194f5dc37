// What we use of wavedrom, which comes without types.
declare module 'wavedrom' {
  interface WaveDromModule {
    readonly waveSkin: unknown;
    readonly onml: { stringify(tree: unknown): string };
    renderAny(index: number, source: object, skin: unknown): unknown;
  }
  const wavedrom: WaveDromModule;
  export = wavedrom;
}
