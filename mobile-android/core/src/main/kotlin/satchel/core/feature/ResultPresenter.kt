package satchel.core.feature

import satchel.core.RecordView
import satchel.core.Vault
import satchel.core.session.Session

data class ResultContent(
    val record: RecordView? = null,
    val trend: List<TrendPoint> = emptyList(),
)

/** One value in the course of time, in the core's own texts. */
data class TrendPoint(
    val code: String,
    val record: String,
    val date: String?,
    val value: String,
    val unit: String?,
    val low: String?,
    val high: String?,
    val level: String?,
)

/** One record, and how its values went. */
class ResultPresenter(
    private val vault: Session,
) : Presenter<ResultContent>("result", ResultContent()) {
    override val session get() = vault

    override fun isEmpty(content: ResultContent) = content.record == null

    suspend fun load(record: String) = act {
        val content = session.query { vault, now ->
            val view = vault.record(record, now)
            ResultContent(view, series(view).distinct().flatMap { trend(vault, now, it) })
        }
        update { content }
        null
    }

    private data class Series(
        val code: String,
        val unit: String?,
    )

    private fun series(view: RecordView) =
        view.parts.flatMap { part -> part.values.filter { it.numeric }.flatMap { value -> value.codes.map { Series(it.code, value.unit) } } }

    /** The values with that code and unit over all records that stand, oldest first. */
    private fun trend(vault: Vault, now: ULong, series: Series): List<TrendPoint> {
        val found = vault.records(everything.copy(code = series.code)).filter { it.supersededBy == null }
        return found.reversed().flatMap { summary ->
            vault.record(summary.id, now).parts.flatMap { part ->
                part.values
                    .filter { value -> value.unit == series.unit && value.codes.any { it.code == series.code } }
                    .mapNotNull { value ->
                        value.value?.let {
                            val date = part.date ?: summary.date
                            TrendPoint(series.code, summary.id, date, it, value.unit, value.low, value.high, value.level)
                        }
                    }
            }
        }
    }
}
