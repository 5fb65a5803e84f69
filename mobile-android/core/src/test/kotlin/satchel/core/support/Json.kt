package satchel.core.support

/** JSON for tests: objects are maps, arrays lists, numbers keep their text. */
object Json {
    /** A number, as it is written. */
    data class Number(
        val text: String,
    ) {
        override fun toString() = text
    }

    class Malformed(
        at: Int,
    ) : Exception("no JSON at $at")

    fun parse(text: String): Any? {
        val reader = Reader(text)
        val value = reader.value()
        reader.space()
        if (reader.at != text.length) throw Malformed(reader.at)
        return value
    }

    fun write(value: Any?): String = StringBuilder().also { write(value, it) }.toString()

    private fun write(value: Any?, out: StringBuilder) {
        when (value) {
            is Map<*, *> -> {
                out.append('{')
                value.entries.forEachIndexed { index, (name, member) ->
                    if (index > 0) out.append(',')
                    write(name.toString(), out)
                    out.append(':')
                    write(member, out)
                }
                out.append('}')
            }
            is List<*> -> {
                out.append('[')
                value.forEachIndexed { index, element ->
                    if (index > 0) out.append(',')
                    write(element, out)
                }
                out.append(']')
            }
            is String -> {
                out.append('"')
                for (char in value) {
                    when {
                        char == '"' || char == '\\' -> out.append('\\').append(char)
                        char < ' ' -> out.append("\\u%04x".format(char.code))
                        else -> out.append(char)
                    }
                }
                out.append('"')
            }
            else -> out.append(value)
        }
    }

    private class Reader(
        val text: String,
    ) {
        var at = 0

        fun space() {
            while (at < text.length && text[at] in " \t\r\n") at += 1
        }

        fun value(): Any? {
            space()
            return when (text.getOrNull(at)) {
                '{' -> members()
                '[' -> elements()
                '"' -> string()
                't' -> word("true", true)
                'f' -> word("false", false)
                'n' -> word("null", null)
                else -> number()
            }
        }

        private fun word(word: String, value: Any?): Any? {
            if (!text.startsWith(word, at)) throw Malformed(at)
            at += word.length
            return value
        }

        private fun number(): Number {
            val found = NUMBER.matchAt(text, at) ?: throw Malformed(at)
            at += found.value.length
            return Number(found.value)
        }

        private fun elements(): List<Any?> = listOfSeparated(']') { value() }

        private fun members(): Map<String, Any?> = listOfSeparated('}') {
            space()
            if (text.getOrNull(at) != '"') throw Malformed(at)
            val name = string()
            space()
            if (text.getOrNull(at) != ':') throw Malformed(at)
            at += 1
            name to value()
        }.toMap()

        private fun <T> listOfSeparated(end: Char, element: () -> T): List<T> {
            val found = mutableListOf<T>()
            at += 1
            space()
            if (text.getOrNull(at) == end) {
                at += 1
                return found
            }
            while (true) {
                found += element()
                space()
                when (text.getOrNull(at)) {
                    ',' -> at += 1
                    end -> {
                        at += 1
                        return found
                    }
                    else -> throw Malformed(at)
                }
            }
        }

        private fun string(): String {
            val out = StringBuilder()
            at += 1
            while (true) {
                when (val char = text.getOrNull(at) ?: throw Malformed(at)) {
                    '"' -> {
                        at += 1
                        return out.toString()
                    }
                    '\\' -> {
                        val escaped = text.getOrNull(at + 1) ?: throw Malformed(at)
                        if (escaped == 'u') {
                            out.append(text.substring(at + 2, at + 6).toInt(16).toChar())
                            at += 6
                        } else {
                            out.append(ESCAPES[escaped] ?: throw Malformed(at))
                            at += 2
                        }
                    }
                    else -> {
                        out.append(char)
                        at += 1
                    }
                }
            }
        }
    }

    private val NUMBER = Regex("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
    private val ESCAPES = mapOf('"' to '"', '\\' to '\\', '/' to '/', 'b' to '\b', 'f' to '\u000c', 'n' to '\n', 'r' to '\r', 't' to '\t')
}
