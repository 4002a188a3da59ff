/** Mantine's theme on Halfrack's scale: 12/13/15/18/24 px, a 4 px grid, compact controls, the custom properties' colours. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eaf2ff",
  "#d5e4fd",
  "#a9c7fa",
  "#7aa8f7",
  "#5b9dff",
  "#3f83ee",
  "#2f73de",
  "#1d5fd1",
  "#1a54b8",
  "#14479e",
];

/** Slate in place of Mantine's warm greys: its inputs, disabled controls and hovers take these in the dark theme. */
const dark: MantineColorsTuple = [
  "#e4e9ee",
  "#c3ccd5",
  "#98a4b1",
  "#7d8996",
  "#3a4651",
  "#2a333d",
  "#1d242c",
  "#151a20",
  "#0e1216",
  "#090c0f",
];

/** What destroys something: the filled shade carries white text at 4.5:1. */
const red: MantineColorsTuple = [
  "#fff5f5",
  "#ffe3e3",
  "#ffc9c9",
  "#ffa8a8",
  "#f58a8f",
  "#f0636a",
  "#d63a43",
  "#bf2632",
  "#a61e29",
  "#8f1a23",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  colors: { accent, red, dark },
  fontFamily: "var(--hr-sans)",
  fontFamilyMonospace: "var(--hr-mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "13px", lg: "15px", xl: "18px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  defaultRadius: 6,
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "24px" }, h2: { fontSize: "18px" }, h3: { fontSize: "15px" }, h4: { fontSize: "13px" } },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 8,
        transitionProps: { duration: 120 },
        closeButtonProps: { "aria-label": "Close" },
      },
      styles: { title: { fontSize: "15px", fontWeight: 650, lineHeight: 1.35, minWidth: 0, overflowWrap: "anywhere" } },
    },
    InputWrapper: { styles: { error: { fontSize: "12px" }, description: { fontSize: "12px" } } },
    Spotlight: { defaultProps: { overlayProps: { backgroundOpacity: 0.45, blur: 2 } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
});

const surfaces = {
  "--mantine-color-body": "var(--hr-surface)",
  "--mantine-color-text": "var(--hr-text)",
  "--mantine-color-dimmed": "var(--hr-text-dim)",
  "--mantine-color-default": "var(--hr-surface-2)",
  "--mantine-color-default-border": "var(--hr-border)",
  "--mantine-color-default-color": "var(--hr-text)",
  "--mantine-color-placeholder": "var(--hr-text-dim)",
  "--mantine-color-error": "var(--hr-down)",
  "--mantine-color-anchor": "var(--hr-accent)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces });
