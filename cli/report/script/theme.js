// SPDX-License-Identifier: Apache-2.0
// What all plots have in common. Colours are variables of the page's style sheet, so that light, dark and paper need no
// new drawing; specifications name roles ("roof", "limit"), never colours.
weft.theme = {
  aria: false,  // the figure itself has the role and the words
  background: null,
  font: "system-ui, sans-serif",
  range: {category: Array.from({length: 12}, (_, i) => `var(--s${i})`)},
  axis: {
    domainColor: "var(--rule)", tickColor: "var(--rule)", gridColor: "var(--rule)", gridOpacity: 1,
    labelColor: "var(--soft)", titleColor: "var(--soft)", labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
    labelOverlap: true, titlePadding: 8,
  },
  style: {
    label: {fill: "var(--ink)", fontSize: 13, baseline: "middle"},
    value: {fill: "var(--soft)", fontSize: 13, baseline: "middle", align: "right"},
    small: {fill: "var(--soft)", fontSize: 11},
    number: {fill: "#fff", fontSize: 11, fontWeight: 600, align: "center", baseline: "middle"},
    track: {fill: "var(--track)"},
    limit: {stroke: "var(--ink)", strokeWidth: 2},
    gap: {stroke: "var(--soft)", strokeDash: [2, 3]},
    roof: {stroke: "var(--soft)", strokeWidth: 2},
    diagonal: {stroke: "var(--soft)", strokeDash: [4, 4]},
    router: {fill: "var(--track)", stroke: "var(--rule)"},
  },
};
