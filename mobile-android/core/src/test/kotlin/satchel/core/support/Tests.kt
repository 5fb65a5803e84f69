package satchel.core.support

import kotlin.system.exitProcess
import kotlin.system.measureTimeMillis
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.runBlocking

/** Thrown by a test that cannot be run here, with the reason. */
class Skipped(
    reason: String,
) : Exception(reason)

/** Tests in the order in which they are written; the ones of a group build on each other. */
class Group(
    val name: String,
    write: Group.() -> Unit,
) {
    val tests = mutableListOf<Pair<String, suspend () -> Unit>>()
    val endings = mutableListOf<() -> Unit>()

    init {
        write()
    }

    fun test(name: String, body: suspend () -> Unit) {
        tests += name to body
    }

    /** Done after the last test, whatever happened. */
    fun after(work: () -> Unit) {
        endings += work
    }
}

/** Runs groups, all or those whose names are given, and prints TAP, which `cargo xtask test` counts. */
fun runTests(groups: List<Group>, names: List<String>) {
    var number = 0
    var failed = 0
    var skipped = 0
    println("TAP version 13")
    for (group in groups.filter { names.isEmpty() || it.name in names }) {
        for ((name, body) in group.tests) {
            number += 1
            val title = "${group.name}: $name"
            val started = System.nanoTime()
            try {
                runBlocking { body() }
                println("ok $number - $title (${(System.nanoTime() - started) / 1_000_000} ms)")
            } catch (error: Skipped) {
                skipped += 1
                println("ok $number - $title # SKIP ${error.message}")
            } catch (error: Throwable) {
                failed += 1
                println("not ok $number - $title")
                error.stackTraceToString().lines().forEach { println("    $it") }
            }
        }
        group.endings.forEach { it() }
    }
    println("1..$number")
    println("# tests $number")
    println("# pass ${number - failed - skipped}")
    println("# fail $failed")
    println("# skipped $skipped")
    System.out.flush()
    exitProcess(if (failed > 0) 1 else 0)
}

/** What a block of code must fail with. */
suspend inline fun <reified E : Throwable> failure(crossinline work: suspend () -> Unit): E {
    try {
        work()
    } catch (error: Throwable) {
        if (error is E) return error
        throw AssertionError("failed otherwise: $error", error)
    }
    throw AssertionError("did not fail")
}

/** Cancels work that would go on for much longer, and says how long stopping took; the bound is wide, since others may hold the processor. */
suspend fun Job.stopsAtOnce() {
    val milliseconds = measureTimeMillis { cancelAndJoin() }
    println("# stopped after $milliseconds ms")
    if (milliseconds >= 5_000) throw AssertionError("it took $milliseconds ms to stop")
}
