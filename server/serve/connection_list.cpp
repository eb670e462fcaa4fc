#include "server/serve/connection_list.hpp"

#include <algorithm>
#include <boost/system/error_code.hpp>
#include <utility>

namespace pt::server {

ConnectionList::Place ConnectionList::add(boost::asio::ip::tcp::socket socket,
                                          Conversation conversation, TimePoint accepted) {
    Place place;
    {
        const Lock lock{mutex_};
        no_data_.push_back(Connection{.socket = std::move(socket),
                                      .conversation = std::move(conversation),
                                      .accepted = accepted,
                                      .since = accepted});
        place = std::prev(no_data_.end());
        try {
            place->order = no_data_order_.add(place->conversation.peer.address, place);
        } catch (...) {
            no_data_.erase(place);
            throw;
        }
    }
    try {
        note_heard(place);
    } catch (...) {
        remove(place);
        throw;
    }
    return place;
}

std::list<Connection>& ConnectionList::list_of(Connection::Stage stage) {
    switch (stage) {
        case Connection::Stage::no_data: return no_data_;
        case Connection::Stage::talking: return talking_;
        case Connection::Stage::closing: return closing_;
    }
    return closing_;
}

ConnectionList::Order& ConnectionList::order_of(Connection::Stage stage) {
    return stage == Connection::Stage::no_data ? no_data_order_ : talking_order_;
}

void ConnectionList::move_to(Place place, Connection::Stage stage) {
    if (stage != place->stage) {
        const auto before = place->order;
        if (stage != Connection::Stage::closing) {
            place->order = order_of(stage).add(place->conversation.peer.address, place);
        }
        if (place->stage != Connection::Stage::closing) {
            order_of(place->stage).remove(before);
        }
    } else if (stage != Connection::Stage::closing) {
        order_of(stage).touch(place->order);
    }
    auto& to = list_of(stage);
    to.splice(to.end(), list_of(place->stage), place);
    place->stage = stage;
}

void ConnectionList::note_heard(Place place) {
    const TimePoint heard = place->conversation.heard;
    const Lock lock{mutex_};
    if (heard > place->since && place->stage != Connection::Stage::closing) {
        place->since = heard;
        move_to(place, Connection::Stage::talking);
    }
}

void ConnectionList::close(Place place) {
    const Lock lock{mutex_};
    close_locked(place);
}

void ConnectionList::close_locked(Place place) {
    boost::system::error_code ignored;
    place->socket.close(ignored);
    move_to(place, Connection::Stage::closing);
}

void ConnectionList::remove(Place place) {
    const Lock lock{mutex_};
    if (place->stage != Connection::Stage::closing) {
        order_of(place->stage).remove(place->order);
    }
    list_of(place->stage).erase(place);
}

bool ConnectionList::make_room(TimePoint now) {
    const Lock lock{mutex_};
    const auto is_fresh = [now](const Order& order) {
        return now - order.next()->since < std::chrono::seconds{1};
    };
    if (no_data_.empty() && talking_.empty()) {
        return false;
    }
    bool takes_no_data = talking_.empty();
    if (!takes_no_data && !no_data_.empty()) {
        takes_no_data = !is_fresh(no_data_order_) || is_fresh(talking_order_) ||
                        no_data_.size() > talking_.size() ||
                        no_data_order_.heaviest() > talking_order_.heaviest();
    }
    close_locked((takes_no_data ? no_data_order_ : talking_order_).next());
    return true;
}

bool ConnectionList::close_one_locked(std::list<Connection>& list) {
    if (list.empty()) {
        return false;
    }
    close_locked(list.begin());
    return true;
}

std::size_t ConnectionList::close_older(std::list<Connection>& list, TimePoint since) {
    std::size_t closed = 0;
    for (; closed < max_expired && !list.empty() && list.front().since <= since; ++closed) {
        close_locked(list.begin());
    }
    return closed;
}

ConnectionList::Expired ConnectionList::close_expired(TimePoint now, Nanoseconds no_data_limit,
                                                      Nanoseconds idle_limit) {
    const Lock lock{mutex_};
    const std::size_t no_data = close_older(no_data_, now - no_data_limit);
    const std::size_t idle = close_older(talking_, now - idle_limit);
    return {no_data, idle, std::max(no_data, idle) == max_expired};
}

void ConnectionList::close_all() {
    const Lock lock{mutex_};
    while (close_one_locked(no_data_) || close_one_locked(talking_)) {
    }
}

void ConnectionList::cancel_all() {
    const Lock lock{mutex_};
    boost::system::error_code ignored;
    for (auto* list : {&no_data_, &talking_}) {
        for (auto& connection : *list) {
            connection.socket.cancel(ignored);
        }
    }
}

std::size_t ConnectionList::size() const {
    const Lock lock{mutex_};
    return no_data_.size() + talking_.size();
}

bool ConnectionList::empty() const {
    const Lock lock{mutex_};
    return no_data_.empty() && talking_.empty() && closing_.empty();
}

}  // namespace pt::server
