// The types of messages: a missing key, a missing word for a brace or a plural without `other` does not compile.

/** A message that depends on the number `n`. Every language gives the forms its grammar has; a test compares them with `Intl.PluralRules`. */
export type Plural = { readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string };

/** The English texts of an area; their keys are the area's keys. */
export type Source = { readonly [key: string]: string | Plural };

/** The same texts in another language. */
export type Translation<S extends Source> = { readonly [K in keyof S]: S[K] extends string ? string : Plural };

type Braces<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Braces<Rest> : never;

/** The words that a message needs. */
export type Words<M extends string | Plural> = M extends string
    ? { readonly [N in Braces<M>]: string | number }
    : { readonly n: number } & { readonly [N in Exclude<Braces<Extract<M[keyof M], string>>, 'n'>]: string | number };

/** No second argument for a message without braces. */
export type Arguments<M extends string | Plural> = M extends string
    ? [Braces<M>] extends [never]
        ? []
        : [words: Words<M>]
    : [words: Words<M>];

/** Puts words into braces. */
export function fill(text: string, words: Readonly<Record<string, string | number>>): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(words[name] ?? ''));
}
