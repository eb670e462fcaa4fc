#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "server/record/source_prefixes.hpp"

namespace pt::server {

/// Which entry of a bounded table is to make room: the one heard of longest ago of the source that
/// has most. Sources are compared by their widest networks first (`source_prefixes`), then within
/// the heaviest one by narrower ones, so that whoever has a whole network gains nothing by using
/// all of it, and who shares it with him loses no more than needed. Of equally heavy ones it is the
/// one heard of longest ago. `Entry` is a cheap handle.
///
/// Where memory runs out nothing has been added. Each call takes logarithmic time; `touch` less
/// where the same source is heard again and again.
template <typename Entry>
class FairOrder {
    struct Node;
    struct Item {
        Node* source;
        Entry entry;
    };

public:
    using Place = typename std::list<Item>::iterator;

    Place add(const IpAddress& address, Entry entry) {
        Node* node = &root_;
        for (const std::uint64_t prefix : source_prefixes(address)) {
            auto& child = node->children[prefix];
            if (!child) {
                child = std::make_unique<Node>();
                child->parent = node;
                child->prefix = prefix;
            }
            if (!child->is_ordered) {
                child->touched = ++clock_;
                node->order.insert(child.get());
                child->is_ordered = true;
            }
            node = child.get();
        }
        node->items.push_back({node, std::move(entry)});
        const Place place = std::prev(node->items.end());
        change(*node, 1);
        touch(place);
        return place;
    }

    /// It was heard of just now.
    void touch(Place place) {
        auto& items = place->source->items;
        items.splice(items.end(), items, place);
        for (Node* node = place->source; node->parent != nullptr; node = node->parent) {
            if (node->parent->latest != node) {
                reorder(*node, [this](Node& one) { one.touched = ++clock_; });
                node->parent->latest = node;
            }
        }
    }

    void remove(Place place) {
        Node* node = place->source;
        node->items.erase(place);
        change(*node, -1);
        while (node->parent != nullptr && node->count == 0) {
            Node* const parent = node->parent;
            parent->order.erase(node);
            parent->latest = parent->latest == node ? nullptr : parent->latest;
            parent->children.erase(node->prefix);
            node = parent;
        }
    }

    /// There must be one.
    const Entry& next() const {
        const Node* node = &root_;
        while (!node->order.empty()) {
            node = *node->order.begin();
        }
        return node->items.front().entry;
    }
    /// How many the widest network of the next one has.
    std::size_t heaviest() const { return root_.order.empty() ? 0 : (*root_.order.begin())->count; }
    std::size_t size() const { return root_.count; }
    bool empty() const { return root_.count == 0; }

private:
    struct IsNext {
        bool operator()(const Node* one, const Node* other) const {
            return one->count != other->count ? one->count > other->count
                                              : one->touched < other->touched;
        }
    };
    /// A network, or with items: its narrowest ones.
    struct Node {
        Node* parent = nullptr;
        Node* latest = nullptr;  ///< of the children: the one touched last
        std::uint64_t prefix = 0;
        std::uint64_t touched = 0;  ///< by `clock_`: unique
        bool is_ordered = false;    ///< false: there was no memory for it
        std::size_t count = 0;
        std::map<std::uint64_t, std::unique_ptr<Node>> children;
        std::set<Node*, IsNext> order;
        std::list<Item> items;  ///< heard of longest ago first
    };

    template <typename Change>
    static void reorder(Node& node, Change change) {
        auto handle = node.parent->order.extract(&node);
        change(node);
        node.parent->order.insert(std::move(handle));
    }
    void change(Node& from, int by) {
        for (Node* node = &from; node->parent != nullptr; node = node->parent) {
            reorder(*node, [by](Node& one) { one.count += static_cast<std::size_t>(by); });
        }
        root_.count += static_cast<std::size_t>(by);
    }

    Node root_;
    std::uint64_t clock_ = 0;
};

}  // namespace pt::server
