package satchel.core.feature

import satchel.core.BlockView
import satchel.core.Chain
import satchel.core.Checked
import satchel.core.JobView
import satchel.core.session.Session

data class BlocksContent(
    val chain: Chain? = null,
    val blocks: List<BlockView> = emptyList(),
    /** The one that is looked at, with its bytes. */
    val block: BlockView? = null,
    /** How far the verification is, while it goes on. */
    val progress: JobView? = null,
    /** After all were verified. */
    val checked: Checked? = null,
)

/** The own chain, block by block, and its verification. */
class BlocksPresenter(
    private val vault: Session,
) : Presenter<BlocksContent>("blocks", BlocksContent()) {
    override val session get() = vault

    override fun isEmpty(content: BlocksContent) = content.blocks.isEmpty()

    suspend fun load(first: UInt, count: UInt) = act {
        val (chain, blocks) = session.query { vault, _ -> vault.chain() to vault.blocks(first, count) }
        update { it.copy(chain = chain, blocks = blocks) }
        null
    }

    suspend fun open(sequence: UInt) = act {
        val block = session.query { vault, _ -> vault.block(sequence) }
        update { it.copy(block = block) }
        null
    }

    /** What a changed copy of a block looks like. Nothing is stored. */
    suspend fun inspect(sequence: UInt, bytes: ByteArray) = act {
        val block = session.query { vault, _ -> vault.inspect(sequence, bytes) }
        update { it.copy(block = block) }
        null
    }

    /** Some blocks at a time; whoever cancels it has it stopped at once. */
    suspend fun verify() = act {
        update { it.copy(checked = null) }
        try {
            val checked = session.work({ it.startCheck() }, { vault, job, _ -> vault.takeChecked(job) }) { job ->
                update { it.copy(progress = job) }
            }
            update { it.copy(checked = checked) }
        } finally {
            update { it.copy(progress = null) }
        }
        null
    }
}
