package satchel.core.support

import java.io.BufferedReader
import java.nio.file.Path

/** One person in a process of its own, by the line protocol. */
class Player(
    private val name: String,
    private val relay: String,
    private val folder: Path = scratch().resolve("vault"),
) : AutoCloseable {
    private var process = launch()
    private var answers: BufferedReader = process.inputReader()

    private fun launch() = childOf("satchel.core.main.PatientMain", folder.toString()).start()

    fun create(role: String) {
        ask("create.create", "role" to role, "name" to name, "relay" to relay, "passphrase" to PASSPHRASE)
        ask("create.forgetKit")
    }

    /** After it died: a new process over the same folder. */
    fun start(unlock: Boolean = true) {
        process.waitFor()
        process = launch()
        answers = process.inputReader()
        if (unlock) ask("unlock.unlock", "passphrase" to PASSPHRASE)
    }

    fun another() = Player(name, relay, folder)

    fun kill() {
        process.destroyForcibly().waitFor()
    }

    /** The answer to a line; empty when the process died over it. */
    fun line(line: String): Map<*, *> {
        process.outputStream.write("$line\n".toByteArray())
        process.outputStream.flush()
        return answers.readLine()?.let { Json.parse(it) as Map<*, *> }.orEmpty()
    }

    fun send(step: Map<String, Any?>) = line(Json.write(step))

    /** Whether the process died over a step; else the step must have been done. */
    fun died(step: Map<String, Any?>): Boolean {
        val answer = send(step)
        if (answer.isNotEmpty() && "ok" !in answer) throw AssertionError("$step: $answer")
        return answer.isEmpty()
    }

    /** What a step that must be done answers. */
    fun ask(action: String, vararg given: Pair<String, Any?>): Map<*, *> {
        val answer = send(mapOf("do" to action) + given)
        return answer["ok"] as? Map<*, *> ?: throw AssertionError("$action: $answer")
    }

    fun number(answer: Map<*, *>, vararg path: String) = (member(answer, *path) as Json.Number).text.toInt()

    override fun close() = kill()

    companion object {
        fun member(answer: Map<*, *>, vararg path: String): Any? =
            path.fold(answer as Any?) { value, name -> (value as? Map<*, *>)?.get(name) }
    }
}
