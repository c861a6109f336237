/** Version of the engine, kept with every adapter: raise it whenever a computation changes its results. */
export const engineVersion = '0.6.1';
