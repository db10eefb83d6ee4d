// SPDX-License-Identifier: Apache-2.0
// Vega comes in modules of the CommonJS form: each asks for others by name. A module is made when it is first asked for.
const weft = (() => {
  const makers = {};
  const made = {};
  // Named in the plural where it is asked for, in the singular as a file.
  const aliases = {"vega-selections": "vega-selection"};
  const require = (name) => {
    const key = name in makers ? name : aliases[name];
    if (!(key in made)) {
      const module = {exports: {}};
      makers[key].call(globalThis, module, module.exports, require);
      made[key] = module.exports;
    }
    return made[key];
  };
  return {require, add: (name, maker) => { makers[name] = maker; }};
})();
