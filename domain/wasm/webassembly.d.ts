// Node has WebAssembly; its type packages leave it to the browser's. Only what the domain uses is declared.
declare namespace WebAssembly {
  /** Compiles at once. @throws CompileError on bytes that are no module, or need what the machine cannot do. */
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    private constructor();
    readonly buffer: ArrayBuffer;
  }
}
