/**
 * The parts of the platform that core uses and that the language's own
 * library does not describe. Browsers, Workers and Node all have them; where a
 * compiler's library brings the full description this file is not included.
 */

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { module: string; name: string; kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...args: number[]) => unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    private constructor();
    readonly buffer: ArrayBuffer;
  }
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}

/** Copies plain data: objects, arrays, Maps, numbers, texts. */
declare function structuredClone<T>(value: T): T;
