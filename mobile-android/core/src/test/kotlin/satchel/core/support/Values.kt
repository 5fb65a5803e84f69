package satchel.core.support

import java.util.Base64
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KType
import kotlin.reflect.full.memberProperties
import kotlin.reflect.full.primaryConstructor

/** Values of the core as JSON and back, member by member, for the line protocol of the test mains. */
object Values {
    class Unfit(
        what: String,
    ) : Exception(what)

    fun toJson(value: Any?): Any? = when (value) {
        null, is String, is Boolean -> value
        is ByteArray -> Base64.getEncoder().encodeToString(value)
        is Number, is UInt, is ULong, is UShort -> Json.Number(value.toString())
        is List<*> -> value.map(::toJson)
        is Map<*, *> -> value.mapValues { toJson(it.value) }
        is Enum<*> -> value.name.lowercase()
        else -> members(value)
    }

    private fun members(value: Any): Map<String, Any?> {
        val names = value::class.primaryConstructor!!.parameters.map { it.name!! }
        val properties = value::class.memberProperties.associateBy { it.name }
        return names.associateWith { toJson(properties.getValue(it).getter.call(value)) }
    }

    fun fromJson(type: KType, json: Any?): Any? {
        if (json == null) {
            return when {
                type.isMarkedNullable -> null
                type.classifier == List::class -> emptyList<Any?>()
                type.classifier == Boolean::class -> false
                type.classifier in RECORDS -> make(type, emptyMap<String, Any?>())
                else -> throw Unfit("a value of $type is missing")
            }
        }
        return when (type.classifier) {
            String::class -> json as? String
            Boolean::class -> json as? Boolean
            ByteArray::class -> (json as? String)?.let(Base64.getDecoder()::decode)
            Int::class -> number(json)?.toIntOrNull()
            Long::class -> number(json)?.toLongOrNull()
            UShort::class -> number(json)?.toUShortOrNull()
            UInt::class -> number(json)?.toUIntOrNull()
            ULong::class -> number(json)?.toULongOrNull()
            List::class -> (json as? List<*>)?.map { fromJson(type.arguments.single().type!!, it) }
            else -> make(type, json)
        } ?: throw Unfit("no $type")
    }

    /** The arguments of a function by the names of its parameters; one that has a default may be left out. */
    fun arguments(function: KFunction<*>, given: Map<*, *>): Map<KParameter, Any?> =
        function.parameters.filter { it.kind == KParameter.Kind.VALUE }
            .filter { !(it.isOptional && it.name !in given) }
            .associateWith { fromJson(it.type, given[it.name]) }

    private fun make(type: KType, json: Any?): Any? {
        val constructor = (type.classifier as KClass<*>).primaryConstructor ?: throw Unfit("no $type")
        val given = json as? Map<*, *> ?: throw Unfit("no object for $type")
        val unknown = given.keys - constructor.parameters.map { it.name }.toSet()
        if (unknown.isNotEmpty()) throw Unfit("$type has no $unknown")
        return constructor.callBy(arguments(constructor, given))
    }

    private fun number(json: Any?) = (json as? Json.Number)?.text

    /** Values that may be left out whole, because every member may be. */
    private val RECORDS = setOf(satchel.core.DosageDraft::class)
}
