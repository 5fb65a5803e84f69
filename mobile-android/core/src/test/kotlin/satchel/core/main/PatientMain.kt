package satchel.core.main

import java.nio.file.Path
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.runBlocking

/** The test program of `bindings/NAMES.md`: one person, one line a step. */
object PatientMain {
    private const val CANCEL = "\"cancel\""

    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking<Unit>(Dispatchers.Default) {
        val player = Player(Path.of(arguments.single()))
        val lines = Channel<String>(Channel.UNLIMITED)
        val cancels = Channel<Unit>(Channel.CONFLATED)
        thread(isDaemon = true) {
            generateSequence(::readlnOrNull).forEach { line ->
                if (line.replace(" ", "") == "{\"do\":$CANCEL}") cancels.trySend(Unit) else lines.trySend(line)
            }
            lines.close()
        }
        for (line in lines) {
            cancels.tryReceive()
            val answer = CompletableDeferred<String>()
            val action = async { answer.complete(player.answer(line)) }
            action.invokeOnCompletion { answer.complete("{\"error\":\"cancelled\"}") }
            val watcher = async {
                cancels.receive()
                action.cancel()
            }
            println(answer.await())
            System.out.flush()
            watcher.cancel()
        }
        exitProcess(0)
    }
}
