const MASK = (1n << 64n) - 1n;

/**
 * SplitMix64 is the world's only source of chance (Steele, Lea and Flood 2014,
 * the finaliser of Stafford's mix 13). lab.wasm draws from it seldom: Go's
 * runtime seeds its own generators from a few bytes.
 * wasm/testdata/random.json holds vectors that every host is tested against.
 */
export class SplitMix64 {
  #state: bigint;

  /** Seeds are whole numbers from 0 to 2^53-1. */
  constructor(seed: number) {
    this.#state = BigInt(seed);
  }

  /** next is the next 64 bits. */
  next(): bigint {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & MASK;
    let z = this.#state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return z ^ (z >> 31n);
  }

  /** fill writes outputs little endian; what is left of the last one is thrown away. */
  fill(bytes: Uint8Array): void {
    let bits = 0n;
    for (let i = 0; i < bytes.length; i++) {
      bits = i % 8 === 0 ? this.next() : bits >> 8n;
      bytes[i] = Number(bits & 0xffn);
    }
  }
}
