package satchel.core.support

import java.nio.file.Files
import java.nio.file.Path

/** A relay of its own, on a free port with an empty folder. */
class RelayProcess : AutoCloseable {
    private val folder = scratch()
    private var process = start("127.0.0.1:0")
    val url: String = process.inputReader().readLine().trim().split(' ').last()

    private fun start(listen: String): Process {
        val program = System.getenv("SATCHEL_RELAY_BIN") ?: repository.resolve("target/debug/relay-server").toString()
        if (!Files.isExecutable(Path.of(program))) throw Skipped("there is no relay at $program")
        return ProcessBuilder(program, "--data", folder.toString(), "--listen", listen)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .also { child -> Runtime.getRuntime().addShutdownHook(Thread { child.destroyForcibly() }) }
    }

    fun stop() {
        process.destroyForcibly().waitFor()
    }

    /** Starts again at the same address. */
    fun restart() {
        process = start(url.removePrefix("http://"))
        process.inputReader().readLine()
    }

    override fun close() = stop()
}
